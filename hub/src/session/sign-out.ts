import * as z from "zod/mini";
import { ask } from "#hub/api/ask.ts";

/** Ends the session on the server; its cookie is dead from then on (HBR-2). */
export function signOut() {
  return ask({ url: "/api/v1/auth/logout", schema: z.unknown(), body: {} });
}
