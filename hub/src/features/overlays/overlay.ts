import { type OverlayTheme, overlayTheme } from "#contracts/overlay-theme";
import type { DataOf } from "#hub/api/call.ts";

export type ListedOverlay = DataOf<"GET /api/v1/communities/{community_id}/overlays">["overlays"][number];
export type Theme = OverlayTheme;
export type OverlayType = ListedOverlay["type"];

export const listRoute = "GET /api/v1/communities/{community_id}/overlays";

/** Every field decided, as the API answers; its document only says that a request may leave them out. */
export function completeTheme(given: ListedOverlay["theme"]): Theme {
  return overlayTheme.parse(given);
}

/** `#rrggbb` and how much it covers, of `#rrggbb` or `#rrggbbaa`. */
export function splitColour(colour: string): { rgb: string; percent: number } {
  const alpha = colour.length === 9 ? Number.parseInt(colour.slice(7), 16) : 255;
  return { rgb: colour.slice(0, 7), percent: Math.round((alpha / 255) * 100) };
}

export function joinColour(rgb: string, percent: number): string {
  const alpha = Math.round((Math.min(100, Math.max(0, percent)) / 100) * 255);
  return `${rgb}${alpha.toString(16).padStart(2, "0")}`;
}
