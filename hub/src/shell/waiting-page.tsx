import { useTexts } from "#hub/texts/use-texts.tsx";
import { Notice } from "#hub/ui/notice.tsx";

/** While a page's code, or who is signed in, is on its way. */
export function WaitingPage() {
  const { parts } = useTexts();
  return <Notice title={parts.loading} testId="page-loading" isWaddling />;
}
