import { type OverlayStatus, type OverlayType, overlayPart } from "#contracts/overlay";
import { overlayTheme } from "#contracts/overlay-theme";
import type { ShownOverlay, ShownToken } from "#workers/api/overlays/overlay-routes";
import type { StoredTheme } from "#workers/api/overlays/theme-store";
import type { TokenRow } from "#workers/api/overlays/token-store";

interface OverlayFacts {
  tokens: readonly TokenRow[];
  themes: ReadonlyMap<OverlayType, StoredTheme>;
  status: OverlayStatus;
}

/** One overlay as the hub shows it. A token's hash stays inside. */
export function toShown(type: OverlayType, { tokens, themes, status }: OverlayFacts): ShownOverlay {
  const own = tokens.filter((row) => row.type === type);
  const inUse = own.find(({ expires_at }) => expires_at === null);
  const parts: readonly string[] = type === "scene" ? overlayPart.options : [type];
  const newest = status.newest.filter(({ part }) => parts.includes(part)).map(({ shownAt }) => shownAt);
  const stored = themes.get(type);
  return {
    type,
    token: inUse ? toToken(inUse) : null,
    replaced: own.filter((row) => row !== inUse).map(toToken),
    theme: stored?.theme ?? overlayTheme.parse({}),
    theme_version: stored?.version ?? 0,
    pages: status.pages
      .filter((page) => page.type === type)
      .map(({ openedAt, heardAt, delivered }) => ({
        opened_at: iso(openedAt),
        heard_at: iso(heardAt),
        delivered,
      })),
    last_event_at: newest.length === 0 ? null : iso(Math.max(...newest)),
  };
}

export function toToken({ id, created_by, created_at, last_opened_at, expires_at }: TokenRow): ShownToken {
  return { id, created_by, created_at, last_opened_at, expires_at };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
