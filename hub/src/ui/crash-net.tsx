import { Button } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Notice } from "./notice.tsx";

function CrashNotice() {
  const { crash } = useTexts();
  return (
    <Notice title={crash.title} text={crash.text} testId="crash" isAlert>
      <Button onClick={() => location.reload()}>{crash.reload}</Button>
    </Notice>
  );
}

/** Catches a bug in a page, so that the person sees a sentence instead of nothing. React logs the error itself. */
export class CrashNet extends Component<{ children: ReactNode }, { hasCrashed: boolean }> {
  override state = { hasCrashed: false };

  static getDerivedStateFromError() {
    return { hasCrashed: true };
  }

  override render() {
    return this.state.hasCrashed ? <CrashNotice /> : this.props.children;
  }
}
