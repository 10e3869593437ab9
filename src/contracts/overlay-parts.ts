/** One kind of thing a browser source shows (40-core §1.34). */
export const overlayPartNames = [
  "ticker",
  "media",
  "music",
  "general",
  "alerts",
  "form",
  "chat",
  "goal",
  "captions",
] as const;
