import { Button } from "@mantine/core";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Notice } from "#hub/ui/notice.tsx";

/** Instead of a page with a bug in it: a sentence, and a way on. The frame around it stays. React logs the error itself. */
export function CrashNotice() {
  const { crash } = useTexts();
  return (
    <Notice title={crash.title} text={crash.text} testId="crash" isAlert>
      <Button onClick={() => location.reload()}>{crash.reload}</Button>
    </Notice>
  );
}
