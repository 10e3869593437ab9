/** Remembers a small choice in this browser. Private windows may forbid storage; then the choice lasts for the visit. */
export function readStored(key: string): string | undefined {
  try {
    return localStorage.getItem(`waddlebot.${key}`) ?? undefined;
  } catch {
    return undefined;
  }
}

/** See `readStored`: failing to remember is no reason to disturb anyone. */
export function writeStored(key: string, value: string): void {
  try {
    localStorage.setItem(`waddlebot.${key}`, value);
  } catch {
    // Storage is forbidden or full; the choice still holds until the page is closed.
  }
}
