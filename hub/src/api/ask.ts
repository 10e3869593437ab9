import * as z from "zod/mini";
import { csrfToken } from "./csrf.ts";
import type { Answer, Problem } from "./problem.ts";

export interface Request<T> {
  url: string;
  schema: z.core.$ZodType<T>;
  /** Present means POST, sent as JSON. */
  body?: unknown;
}

const timeLimitMs = 10_000;
const rejection = z.object({
  error: z.object({ message: z.string().check(z.minLength(1)), field: z.optional(z.string()) }),
});

function fail(problem: Problem): { ok: false; problem: Problem } {
  return { ok: false, problem };
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    // Not JSON at all: the schema refuses `undefined` below and the caller sees "broken".
    return undefined;
  }
}

/** Asks our own origin and never throws. Fails closed: an answer that does not parse is a problem, not data. */
export async function ask<T>(request: Request<T>, fetcher: typeof fetch = fetch): Promise<Answer<T>> {
  const isPost = request.body !== undefined;
  const token = csrfToken();
  let response: Response;
  try {
    response = await fetcher(request.url, {
      method: isPost ? "POST" : "GET",
      headers: {
        accept: "application/json",
        ...(isPost ? { "content-type": "application/json" } : {}),
        ...(isPost && token ? { "x-csrf-token": token } : {}),
      },
      ...(isPost ? { body: JSON.stringify(request.body) } : {}),
      signal: AbortSignal.timeout(timeLimitMs),
    });
  } catch {
    // Offline, refused or too slow: for the person at the screen it is the same.
    return fail({ kind: "unreachable" });
  }
  // A static host answers unknown paths with the page itself, so HTML also means "not here".
  if (response.status === 404 || response.headers.get("content-type")?.includes("text/html")) {
    return fail({ kind: "absent" });
  }
  if (response.status === 401) return fail({ kind: "signedOut" });
  const json = await readJson(response);
  if (!response.ok) {
    const said = rejection.safeParse(json);
    if (said.success) return fail({ kind: "rejected", ...said.data.error });
    // A proxy whose target is down says 502 to 504 (vite: 500) in its own words.
    return fail(
      response.status >= 500 ? { kind: "unreachable" } : { kind: "broken", status: response.status },
    );
  }
  const parsed = z.safeParse(request.schema, json);
  return parsed.success
    ? { ok: true, value: parsed.data }
    : fail({ kind: "broken", status: response.status });
}
