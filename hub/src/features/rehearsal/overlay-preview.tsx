import { useElementSize } from "@mantine/hooks";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import { overlayAddress } from "./overlay-address.ts";
import styles from "./side.module.css";

/** Overlays are drawn for a full HD canvas; the preview shows that canvas, made smaller. */
const canvas = { width: 1920, height: 1080 };

export function OverlayPreview({ url }: { url: string | undefined }) {
  const { overlay } = useTexts();
  const { ref, width } = useElementSize();
  const address = overlayAddress(url, location.href);
  return (
    <section className={styles.card} aria-label={overlay.title}>
      <div className={styles.cardHead}>
        <h2>{overlay.title}</h2>
        {address !== undefined && (
          <a className={styles.open} href={address} target="_blank" rel="noreferrer">
            {overlay.open} <Icon name="open" size={14} />
          </a>
        )}
      </div>
      <div className={styles.screen} ref={ref} data-testid="overlay-preview">
        {address === undefined ? (
          <p className={styles.noOverlay}>{overlay.none}</p>
        ) : (
          <iframe
            className={styles.frame}
            src={address}
            title={overlay.frame}
            width={canvas.width}
            height={canvas.height}
            style={{ transform: `scale(${width / canvas.width})` }}
          />
        )}
      </div>
      {address !== undefined && <p className={styles.hint}>{overlay.hint}</p>}
    </section>
  );
}
