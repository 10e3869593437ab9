/**
 * Where a platform sends people back to, from configuration and never from a request's Host header, and registered there
 * letter for letter. Undefined where PUBLIC_URL is not set or is no origin; http only for this very machine.
 */
export function redirectUriOf({ PUBLIC_URL }: { PUBLIC_URL?: string }, platform: string): string | undefined {
  const url = URL.parse(PUBLIC_URL ?? "");
  if (!url || url.origin !== PUBLIC_URL) return undefined;
  const isHere = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(isHere && url.protocol === "http:")) return undefined;
  return `${url.origin}/oauth/${platform}/callback`;
}
