import type * as z from "zod";
import type { PlatformEvent } from "#contracts/event";
import type { alertContent } from "#contracts/overlay-content";
import type { manifest } from "#modules/alerts/manifest";

type AlertKind = z.infer<typeof alertContent>["kind"];
type Lines = z.infer<typeof manifest.settings>;

/** What an event is answered with, filled in; undefined for events nobody is thanked for. */
export function thanksFor(event: PlatformEvent, lines: Lines, name: string): string | undefined {
  const count = countOf(event);
  const line = new Map(Object.entries(lines)).get(event.type);
  // One pass over the line: a name that itself reads "{count}" stays a name.
  return line?.replace(/\{(name|count)\}/g, (_, word: string) => (word === "name" ? name : String(count)));
}

/** What the alerts overlay calls this event; undefined for events nobody is thanked for. */
export function alertKindOf({ type }: PlatformEvent): AlertKind | undefined {
  const kinds: Partial<Record<PlatformEvent["type"], AlertKind>> = {
    follow: "follow",
    subscription: "subscription",
    resub: "subscription",
    subgift: "gift",
    raid: "raid",
    cheer: "cheer",
    donation: "donation",
  };
  return kinds[type];
}

function countOf(event: PlatformEvent): number | string {
  switch (event.type) {
    case "donation":
      return formatMoney(event.amountMinor, event.currency);
    case "subgift":
      return event.count;
    case "cheer":
      return event.bits;
    case "raid":
    case "host":
      return event.viewers;
    case "subscription":
    case "resub":
      return event.months ?? 1;
    default:
      return 1;
  }
}

/** As the currency is written: yen have no cents. A code that nobody knows is shown as it came. */
function formatMoney(amountMinor: number, currency: string): string {
  try {
    const format = new Intl.NumberFormat("en", { style: "currency", currency });
    const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
    return format.format(amountMinor / 10 ** digits);
  } catch {
    return `${(amountMinor / 100).toFixed(2)} ${currency}`;
  }
}
