/** A page of this hub by its path alone, as the server takes it: no way back leads to another site. */
export function isOwnPath(path: string): boolean {
  return /^\/(?:[A-Za-z0-9_-]+\/?)*$/.test(path) && path.length <= 200;
}

/** The page to come back to: of an address of ours its path, of anything else the first page. */
export function pathBack(wished: string | undefined): string {
  const [path = "/"] = (wished ?? "/").split(/[?#]/);
  return isOwnPath(path) ? path : "/";
}
