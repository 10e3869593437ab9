import * as z from "zod";
import { overlayPartNames } from "#contracts/overlay-parts";

const colour = z
  .string()
  .regex(/^#(?:[0-9a-f]{6}|[0-9a-f]{8})$/i, "must be a colour like #112233 or #112233cc");
/** Its own letters, so that no text can end the value it stands in. */
const fontName = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} _-]{0,63}$/u, "must be the name of a font");

export const overlayPosition = z.enum([
  "top-left",
  "top",
  "top-right",
  "left",
  "center",
  "right",
  "bottom-left",
  "bottom",
  "bottom-right",
]);

/** How one type of overlay looks and sounds in one community. Every field has a default, so `{}` is a theme. */
export const overlayTheme = z.strictObject({
  font: fontName
    .nullable()
    .default(null)
    .describe("A font of the machine that shows it; null for the usual one"),
  scale: z.number().min(0.5).max(3).default(1).describe("Of all text"),
  textColor: colour.default("#ffffff"),
  backgroundColor: colour.default("#0a1630eb"),
  accentColor: colour.default("#3ddc97"),
  position: overlayPosition.nullable().default(null).describe("Null for where this type usually is"),
  animation: z.enum(["none", "fade", "slide", "pop"]).default("slide"),
  sound: z
    .strictObject({
      url: z.url({ protocol: /^https$/, error: "must be an https address" }).max(2000),
      volume: z.number().min(0).max(1).default(0.5),
    })
    .nullable()
    .default(null)
    .describe("Played with each alert, ticker or card"),
  speech: z
    .strictObject({
      language: z
        .string()
        .regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{2,8}){0,3}$/, "must be a language like en or de-AT")
        .nullable()
        .default(null),
      rate: z.number().min(0.5).max(2).default(1),
      volume: z.number().min(0).max(1).default(1),
    })
    .nullable()
    .default(null)
    .describe("Reads out what is shown, by the browser's own voice; null for silence"),
  maxLines: z.int().min(1).max(50).default(12).describe("Lines of the chat box, or captions"),
  parts: z
    .array(z.enum(overlayPartNames))
    .max(overlayPartNames.length)
    .default([...overlayPartNames])
    .describe("What a scene shows"),
});
export type OverlayTheme = z.infer<typeof overlayTheme>;
