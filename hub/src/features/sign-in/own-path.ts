/** True for a page of this hub: a way back never leads to another site (`//evil.example`, `/\evil.example`). */
export function isOwnPath(path: string): boolean {
  return /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(path);
}
