import type { Context } from "hono";
import type { ApiBindings } from "#workers/api/bindings";

/** The number of whoever is signed in, or whose personal key it is; 0, which nobody has, for anybody else. */
export function personOf(c: Context<ApiBindings>): number {
  const { kind, id } = c.get("principal");
  if (kind !== "user" || !/^\d{1,9}$/.test(id)) return 0;
  return Number(id);
}
