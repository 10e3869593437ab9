import * as z from "zod";
import { type ChatLine, chatLine } from "#contracts/overlay-content";
import { overlayPartNames } from "#contracts/overlay-parts";
import { type OverlayTheme, overlayTheme } from "#contracts/overlay-theme";
import { overlayResponse } from "#contracts/response";

/** One kind of thing a browser source shows. Each has its own numbers, so that chat pushes no alert out of the ring. */
export const overlayPart = z.enum(overlayPartNames);
export type OverlayPart = z.infer<typeof overlayPart>;

/** What a browser source is; each has its own url (40-core §1.34). The scene shows all parts in one. */
export const overlayType = z.enum([...overlayPart.options, "scene"]);
export type OverlayType = z.infer<typeof overlayType>;

/** What can be shown: every response but what is said in chat, and the lines of the chat itself. */
export const overlayContent = z.discriminatedUnion("type", [...overlayResponse.options, chatLine]);
export type OverlayContent = z.infer<typeof overlayContent>;

/** Which part of an overlay shows this. */
export function partOf({ type }: OverlayContent): OverlayPart {
  switch (type) {
    case "alert":
      return "alerts";
    case "caption":
      return "captions";
    case "line":
      return "chat";
    default:
      return type;
  }
}

const seqs = z.partialRecord(overlayPart, z.int().nonnegative());
export type Seqs = z.infer<typeof seqs>;
export const themes = z.partialRecord(overlayType, overlayTheme);
export type OverlayThemes = Partial<Record<OverlayType, OverlayTheme>>;

const shown = z.object({
  part: overlayPart,
  /** Rises by one for each frame of a part in a community, so a page can ask for what it missed. */
  seq: z.int().positive(),
  key: z.string(),
  /** Epoch milliseconds. */
  shownAt: z.int(),
  content: overlayContent,
});

/** Overlay → page. */
export const overlayFrame = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("hello"),
    community: z.string(),
    version: z.string(),
    /** The last number of each of its parts. */
    heads: seqs,
    lastEventAt: z.int().nullable(),
    themes,
    /** What a page that comes anew has to know: the goal, the song, the last captions and lines. */
    state: z.array(shown),
  }),
  shown.extend({ type: z.literal("show") }),
  /** More frames were missed than the ring of 500 holds. */
  z.object({ type: z.literal("gap"), part: overlayPart, seq: z.int(), missed: z.int() }),
  z.object({ type: z.literal("themes"), themes }),
]);
export type OverlayFrame = z.infer<typeof overlayFrame>;
export type ShownFrame = Extract<OverlayFrame, { type: "show" }>;

/** How a frame ended on a page; dropped: its queue was full of more important ones. */
export const playResult = z.enum(["played", "failed", "dropped"]);
export type PlayResult = z.infer<typeof playResult>;

/** Page → overlay: what arrived and what was shown. A page can say nothing else. */
export const overlayPageMessage = z.object({
  type: z.literal("ack"),
  delivered: seqs,
  played: z
    .array(z.object({ part: overlayPart, seq: z.int().positive(), result: playResult }))
    .max(100)
    .default([]),
});
export type OverlayPageMessage = z.infer<typeof overlayPageMessage>;

/** `ticker:5,chat:17`: the last numbers a page has seen, as it says them when it comes back. */
export function parseSeqs(text: string): Seqs {
  const pairs = text.split(",").map((pair) => pair.split(":"));
  const given = Object.fromEntries(pairs.map(([part, seq]) => [part, Number(seq)]));
  return seqs.safeParse(given).data ?? {};
}

/** The overlay object as the channel sees it. The key makes a repeated call show nothing twice. */
export interface OverlayService {
  show(key: string, content: OverlayContent): Promise<ShowReceipt>;
  /** Lines of a chat, in their order, while somebody watches. */
  showLines(lines: readonly { key: string; line: ChatLine }[]): Promise<void>;
}

export interface ShowReceipt {
  part: OverlayPart;
  seq: number;
  /** Pages it was sent to. */
  pages: number;
}

/** The overlay object as the hub's API sees it. */
export interface OverlayDesk extends Pick<OverlayService, "show"> {
  status(): Promise<OverlayStatus>;
  /** What became of one frame; undefined once it has left the ring. */
  receipt(part: OverlayPart, seq: number): Promise<FrameReceipt | undefined>;
  setTheme(type: OverlayType, theme: OverlayTheme): Promise<void>;
  /** From `at` on a page with this token is closed and never let in again. */
  revoke(tokenHash: string, at: number): Promise<void>;
}

export interface FrameReceipt {
  deliveredAt: number | null;
  playedAt: number | null;
  result: PlayResult | null;
}

export interface OverlayStatus {
  pages: OverlayPage[];
  /** The newest of each part that has shown anything. */
  newest: { part: OverlayPart; seq: number; shownAt: number }[];
}

export interface OverlayPage {
  type: OverlayType;
  openedAt: number;
  /** Its last sign of life. */
  heardAt: number;
  delivered: Seqs;
}
