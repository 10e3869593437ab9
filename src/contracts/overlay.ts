import * as z from "zod";
import { type ModuleResponse, moduleResponse } from "#contracts/response";

/** What a browser source shows; each has its own url (40-core §1.34). */
export const overlayType = z.enum(["ticker", "media", "form", "general"]);
export type OverlayType = z.infer<typeof overlayType>;

/** Overlay → page. `seq` rises by one for each frame of a community, so a page can ask for what it missed. */
export const overlayFrame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hello"), seq: z.int(), community: z.string(), version: z.string() }),
  z.object({
    type: z.literal("show"),
    seq: z.int(),
    key: z.string(),
    shownAt: z.int(),
    response: moduleResponse,
  }),
  /** More frames were missed than the ring of 500 holds. */
  z.object({ type: z.literal("gap"), seq: z.int(), missed: z.int() }),
]);
export type OverlayFrame = z.infer<typeof overlayFrame>;

/** Page → overlay. */
export const overlayPageMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("resume"), last: z.int().nonnegative() }),
  z.object({ type: z.literal("played"), seq: z.int().nonnegative() }),
]);
export type OverlayPageMessage = z.infer<typeof overlayPageMessage>;

/** The overlay object as the channel sees it. The key makes a repeated call show nothing twice. */
export interface OverlayService {
  show(key: string, type: OverlayType, response: ModuleResponse): Promise<void>;
}
