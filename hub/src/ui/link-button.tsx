import { Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

interface Props extends ButtonProps, Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps> {
  ref?: Ref<HTMLAnchorElement>;
}

function AnchorButton({ ref, ...props }: Props) {
  return <Button component="a" ref={ref} {...props} />;
}

/** A link to a page of the hub that looks like a button; its address is checked by the compiler. */
export const LinkButton = createLink(AnchorButton);
