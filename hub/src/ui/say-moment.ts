const units = [
  ["year", 31_536_000_000],
  ["month", 2_592_000_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
] as const;

/** How far away a moment is, in the largest unit that fits: negative is past. Under five seconds it is "now". */
export function sayMoment(distanceMs: number, language: string): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  if (Math.abs(distanceMs) < 5000) return format.format(0, "second");
  const [unit, size] = units.find(([, ms]) => Math.abs(distanceMs) >= ms) ?? ["second", 1000];
  return format.format(Math.round(distanceMs / size), unit);
}
