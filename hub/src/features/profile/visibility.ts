export const visibilities = ["everyone", "communities", "nobody"] as const;

/** What a select says; the narrowest for anything else. */
export function visibilityOf(value: string): (typeof visibilities)[number] {
  return visibilities.find((one) => one === value) ?? "nobody";
}
