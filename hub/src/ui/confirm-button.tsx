import { Button, type ButtonProps, Group, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useTexts } from "#hub/texts/use-texts.tsx";

interface Props {
  /** On the button, and what the question is about. */
  label: string;
  /** What will happen, and whether it can be undone. */
  question: string;
  /** On the button that does it; a verb, never "OK". */
  confirm: string;
  onConfirm: () => unknown;
  isBusy?: boolean;
  variant?: ButtonProps["variant"];
  size?: ButtonProps["size"];
  icon?: ReactNode;
  testId?: string;
}

/** A button that asks first. For what cannot be undone; everything else is done at once and undone at will. */
export function ConfirmButton(props: Props) {
  const {
    label,
    question,
    confirm,
    onConfirm,
    isBusy = false,
    variant = "default",
    size = "sm",
    icon,
    testId,
  } = props;
  const [isOpen, { open, close }] = useDisclosure(false);
  const { parts } = useTexts();
  const agree = async () => {
    await onConfirm();
    close();
  };
  return (
    <>
      <Button
        variant={variant}
        size={size}
        leftSection={icon}
        loading={isBusy}
        onClick={open}
        data-testid={testId}
      >
        {label}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={label}
        closeButtonProps={{ "aria-label": parts.close }}
        centered
      >
        <Text>{question}</Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close} data-autofocus>
            {parts.cancel}
          </Button>
          <Button color="red.9" c="white" loading={isBusy} onClick={() => void agree()} data-testid="confirm">
            {confirm}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
