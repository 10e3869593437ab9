import type * as z from "zod";
import type { PlatformEvent } from "#contracts/event";
import type { manifest } from "#modules/alerts/manifest";

type Lines = z.infer<typeof manifest.settings>;

/** What an event is answered with, filled in; undefined for events nobody is thanked for. */
export function thanksFor(event: PlatformEvent, lines: Lines, name: string): string | undefined {
  const count = countOf(event);
  const line = new Map(Object.entries(lines)).get(event.type);
  // One pass over the line: a name that itself reads "{count}" stays a name.
  return line?.replace(/\{(name|count)\}/g, (_, word: string) => (word === "name" ? name : String(count)));
}

function countOf(event: PlatformEvent): number {
  switch (event.type) {
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
