import { Drawer } from "@mantine/core";
import type { ReactNode } from "react";
import { useTexts } from "#hub/texts/use-texts.tsx";

interface Props {
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** The menu on narrow screens. */
export function MenuDrawer({ isOpen, onClose, children }: Props) {
  const { shell } = useTexts();
  return (
    <Drawer
      opened={isOpen}
      onClose={onClose}
      size={280}
      title={shell.navigation}
      closeButtonProps={{ "aria-label": shell.closeNavigation }}
    >
      {children}
    </Drawer>
  );
}
