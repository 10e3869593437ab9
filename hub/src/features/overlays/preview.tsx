import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { useTexts } from "#hub/texts/use-texts.tsx";
import type { OverlayType, Theme } from "./overlay.ts";
import styles from "./page.module.css";
import { sampleOf } from "./sample.ts";

const everyMs = 6000;
/** Overlays are drawn for a full HD canvas; the preview shows that canvas, made smaller. */
const canvas = { width: 1920, height: 1080 };

/** The overlay's own page without a token, in the theme that is being made. */
export function Preview({ type, theme }: { type: OverlayType; theme: Theme }) {
  const texts = useTexts().overlays;
  const { ref, width } = useElementSize();
  const frame = useRef<HTMLIFrameElement>(null);
  const [isReady, setIsReady] = useState(false);
  useEffect(() => {
    const hear = ({ source, data }: MessageEvent) => {
      const page = frame.current?.contentWindow;
      if (source === page && typeof data === "object" && data !== null && "isReady" in data) setIsReady(true);
    };
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }, []);
  useEffect(() => {
    if (isReady) tell(frame.current, { themes: { [type]: theme } });
  }, [isReady, type, theme]);
  useEffect(() => {
    if (!isReady) return;
    const show = () => {
      for (const shown of sampleOf(type, texts.sample))
        tell(frame.current, { shown: { ...shown, shownAt: Date.now() } });
    };
    show();
    const timer = setInterval(show, everyMs);
    return () => clearInterval(timer);
  }, [isReady, type, texts]);
  return (
    <div className={styles.screen} ref={ref}>
      <iframe
        ref={frame}
        className={styles.frame}
        src={`/overlay/preview/${type}`}
        title={texts.look.preview}
        width={canvas.width}
        height={canvas.height}
        style={{ transform: `scale(${width / canvas.width})` }}
        data-testid="overlay-look-preview"
      />
    </div>
  );
}

function tell(frame: HTMLIFrameElement | null, message: object): void {
  frame?.contentWindow?.postMessage(message, location.origin);
}
