import * as z from "zod";

/** What of a community is kept in versions: everything people set up, nothing that counts or happens. */
export const configKind = z.enum([
  "command",
  "command_switch",
  "string_rule",
  "timer",
  "module",
  "outgoing_webhook",
  "community",
]);
export type ConfigKind = z.infer<typeof configKind>;

/** One object's configuration under the names of its table; null where it is not there. */
export const configState = z.record(z.string(), z.unknown());
export type ConfigState = z.infer<typeof configState>;

/** How a change came about: by itself, by taking another one back, or out of a file. */
export const configOrigin = z.enum(["change", "undo", "import"]);
export type ConfigOrigin = z.infer<typeof configOrigin>;

export interface FieldChange {
  field: string;
  /** Undefined where the object was not there, or has no such field. */
  before: unknown;
  after: unknown;
}

/** The fields that differ, in the order of the later state. */
export function diffStates(before: ConfigState | null, after: ConfigState | null): FieldChange[] {
  const fields = [...new Set([...Object.keys(after ?? {}), ...Object.keys(before ?? {})])];
  return fields
    .map((field) => ({ field, before: before?.[field], after: after?.[field] }))
    .filter((change) => !isSameJson(change.before, change.after));
}

/** Whether two values are the same JSON; the order of keys says nothing. */
export function isSameJson(first: unknown, second: unknown): boolean {
  return canonical(first) === canonical(second);
}

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? ""
  );
}
