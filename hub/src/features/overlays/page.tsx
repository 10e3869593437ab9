import { useState } from "react";
import { useApi } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { StatusMark, type Tone } from "#hub/ui/status-mark.tsx";
import { Address } from "./address.tsx";
import { Look } from "./look.tsx";
import { type ListedOverlay, listRoute, type OverlayType } from "./overlay.ts";
import styles from "./page.module.css";
import { TryIt } from "./try-it.tsx";

/** Addresses, looks and health of a community's browser sources. */
export function OverlaysPage() {
  const { overlays } = useTexts();
  const { id } = useCommunity();
  const [chosen, setChosen] = useState<OverlayType>("ticker");
  const query = useApi(listRoute, { params: { community_id: id } });
  return (
    <>
      <PageHeader title={overlays.title} lead={overlays.lead} />
      <Loaded query={query}>
        {({ overlays: all }) => {
          const overlay = all.find(({ type }) => type === chosen);
          return (
            <div className={styles.columns}>
              <nav aria-label={overlays.choose} className={styles.types}>
                {all.map((one) => (
                  <TypeButton
                    key={one.type}
                    overlay={one}
                    isChosen={one.type === chosen}
                    onChoose={() => setChosen(one.type)}
                  />
                ))}
              </nav>
              {overlay && (
                <div className={styles.detail} key={overlay.type}>
                  <Address overlay={overlay} />
                  <TryIt overlay={overlay} />
                  <Look overlay={overlay} />
                </div>
              )}
            </div>
          );
        }}
      </Loaded>
    </>
  );
}

interface TypeButtonProps {
  overlay: ListedOverlay;
  isChosen: boolean;
  onChoose: () => void;
}

function TypeButton({ overlay, isChosen, onChoose }: TypeButtonProps) {
  const { overlays } = useTexts();
  const { type, token, pages } = overlay;
  const unopened = token ? overlays.closed : overlays.noAddress;
  return (
    <button
      type="button"
      className={styles.type}
      aria-current={isChosen}
      onClick={onChoose}
      data-testid={`overlay-${type}`}
    >
      <span>{overlays.types[type]}</span>
      <StatusMark tone={toneOf(overlay)}>
        {pages.length > 0 ? overlays.open(pages.length) : unopened}
      </StatusMark>
    </button>
  );
}

function toneOf({ token, pages }: ListedOverlay): Tone {
  if (pages.length > 0) return "good";
  return token ? "warn" : "idle";
}
