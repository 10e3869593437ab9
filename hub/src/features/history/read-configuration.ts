import * as z from "zod";
import type { WishOf } from "#hub/api/call.ts";

export const configurationRoute = "PUT /api/v1/communities/{community_id}/configuration";
export type ConfigurationBody = WishOf<typeof configurationRoute>["body"];

// What is in it the server checks, and names every field that is wrong.
const anyObject = z.custom<ConfigurationBody>((value) => typeof value === "object" && value !== null);

/** A chosen file as the body of an import; undefined when it is no JSON object. */
export async function readConfiguration(file: Pick<File, "text">): Promise<ConfigurationBody | undefined> {
  try {
    return anyObject.safeParse(JSON.parse(await file.text())).data;
  } catch {
    // Not JSON, or not readable: the page says so.
    return undefined;
  }
}
