import { Button } from "@mantine/core";
import { usePageTitle, useTexts } from "#hub/texts/use-texts.tsx";
import { Notice } from "./notice.tsx";

/** Any address that is no page. */
export function NotFoundPage() {
  const { notFound } = useTexts();
  usePageTitle(notFound.title);
  return (
    <Notice title={notFound.title} text={notFound.text} testId="not-found">
      <Button component="a" href="/">
        {notFound.back}
      </Button>
    </Notice>
  );
}
