/** The value, or undefined for what is no JSON: a proxy's error page, an empty body. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Then the status alone decides.
    return undefined;
  }
}
