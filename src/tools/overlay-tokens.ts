import { randomBytes } from "node:crypto";
import * as z from "zod";
import { overlayType } from "#contracts/overlay";

const token = z.string().regex(/^[0-9a-f]{64}$/);
/** One token a type. */
export const overlayTokens = z.record(overlayType, token);
export type OverlayTokens = z.infer<typeof overlayTokens>;
export const someOverlayTokens = z.partialRecord(overlayType, token);

/** A new overlay token: 256 bit, lower-case hex. */
export function makeOverlayToken(): string {
  return randomBytes(32).toString("hex");
}

/** Those given, and new ones for the types that have none. */
export function makeOverlayTokens(given: z.infer<typeof someOverlayTokens> = {}): OverlayTokens {
  const made = overlayType.options.map((type) => [type, given[type] ?? makeOverlayToken()]);
  return overlayTokens.parse(Object.fromEntries(made));
}
