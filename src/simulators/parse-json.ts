/** Undefined for anything that is not JSON; a schema then refuses it like any other wrong body. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
