const shape = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** RFC 3339 with up to nine fraction digits, as epoch milliseconds; undefined when it is no date. */
export function readTimestamp(text: string): number | undefined {
  const match = shape.exec(text);
  if (!match) return undefined;
  const [, seconds, fraction = "", zone] = match;
  const at = Date.parse(`${seconds}.${fraction.slice(0, 3).padEnd(3, "0")}${zone}`);
  return at >= 0 ? at : undefined;
}
