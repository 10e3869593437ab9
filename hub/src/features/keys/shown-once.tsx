import { Button, Code, CopyButton, Group, Modal, Stack, Text } from "@mantine/core";
import { useTexts } from "#hub/texts/use-texts.tsx";

/** A fresh key, this one time. It lives in this page's memory only and is gone when the window closes. */
export function ShownOnce({ text, onClose }: { text: string | undefined; onClose: () => void }) {
  const { keys, parts } = useTexts();
  return (
    <Modal
      opened={text !== undefined}
      onClose={onClose}
      title={keys.onceTitle}
      closeButtonProps={{ "aria-label": parts.close }}
      closeOnClickOutside={false}
      centered
      size="lg"
    >
      <Stack gap="md">
        <Text>{keys.onceText}</Text>
        <Code block data-testid="key-once">
          {text ?? ""}
        </Code>
        <Group justify="flex-end">
          <CopyButton value={text ?? ""}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? parts.copied : parts.copy}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose} data-testid="key-kept">
            {keys.done}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
