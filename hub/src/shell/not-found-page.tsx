import { usePageTitle, useTexts } from "#hub/texts/use-texts.tsx";
import { LinkButton } from "#hub/ui/link-button.tsx";
import { Notice } from "#hub/ui/notice.tsx";

/** Any address that is no page. */
export function NotFoundPage() {
  const { notFound } = useTexts();
  usePageTitle(notFound.title);
  return (
    <Notice title={notFound.title} text={notFound.text} testId="not-found">
      <LinkButton to="/">{notFound.back}</LinkButton>
    </Notice>
  );
}
