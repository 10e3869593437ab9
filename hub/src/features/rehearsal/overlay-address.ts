/** The overlay's address if a frame may show it: a web page, never a script or file in disguise. */
export function overlayAddress(given: string | undefined, base: string): string | undefined {
  if (given === undefined || !URL.canParse(given, base)) return undefined;
  const url = new URL(given, base);
  return url.protocol === "http:" || url.protocol === "https:" ? url.href : undefined;
}
