import * as z from "zod/mini";
import type { ApiRoutes } from "../../generated/api-routes.ts";
import { csrfToken } from "./csrf.ts";
import type { Answer, Problem } from "./problem.ts";

/** `"GET /api/v1/…"`, as the API's own document writes it. */
export type ApiRoute = keyof ApiRoutes;
export type ReadRoute = Extract<ApiRoute, `GET ${string}`>;
export type ChangeRoute = Exclude<ApiRoute, ReadRoute>;
export type DataOf<R extends ApiRoute> = ApiRoutes[R]["data"];

/** What a route is asked with: `params`, `query` and `body`, each only where the route has it. */
export type WishOf<R extends ApiRoute> = Omit<ApiRoutes[R], "data"> & {
  etag?: string | undefined;
  /** For what may stand in no address. */
  headers?: Readonly<Record<string, string>> | undefined;
};
/** Nothing to give where a route needs nothing. */
export type WishArguments<R extends ApiRoute> =
  Record<never, never> extends WishOf<R> ? [wish?: WishOf<R>] : [wish: WishOf<R>];

const timeLimitMs = 15_000;
const fieldProblem = z.object({ field: z.string(), message: z.string() });
const failure = z.object({
  error: z.object({ message: z.string().check(z.minLength(1)), details: z.optional(z.array(fieldProblem)) }),
});
const looseWish = z.looseObject({
  params: z._default(z.record(z.string(), z.unknown()), {}),
  query: z._default(z.record(z.string(), z.unknown()), {}),
  body: z.optional(z.unknown()),
  etag: z.optional(z.string()),
  headers: z._default(z.record(z.string(), z.string()), {}),
});

/**
 * Asks one route of the API and never throws. The types come from the API's own document, so a changed route
 * breaks the build; the answer itself is checked for its envelope only, because the same house wrote both.
 */
export async function call<R extends ApiRoute>(
  route: R,
  wish: WishOf<R> | undefined,
  { signal, fetcher = fetch }: { signal?: AbortSignal | undefined; fetcher?: typeof fetch } = {},
): Promise<Answer<DataOf<R>>> {
  const request = makeRequest(route, wish);
  const limit = AbortSignal.timeout(timeLimitMs);
  let response: Response;
  try {
    response = await fetcher(request.url, {
      ...request.init,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch (error) {
    // A page that was left is no problem to tell anybody; TanStack Query drops what it aborted itself.
    if (signal?.aborted) throw error;
    return { ok: false, problem: { kind: "unreachable" } };
  }
  return readAnswer(response);
}

/** Pure: address, method, headers and body of one call. */
export function makeRequest(route: string, wish: unknown): { url: string; init: RequestInit } {
  const { params, query, body, etag, headers: own } = looseWish.parse(wish ?? {});
  const [method = "GET", path = ""] = route.split(" ");
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of [value].flat())
      if (one !== undefined && one !== null && one !== "") search.append(name, String(one));
  const isChange = method !== "GET";
  const token = csrfToken();
  const headers = {
    accept: "application/json",
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(isChange && token ? { "x-csrf-token": token } : {}),
    ...(etag ? { "if-match": etag } : {}),
    ...own,
  };
  return {
    url: search.size > 0 ? `${address}?${search}` : address,
    init: { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) },
  };
}

async function readAnswer<R extends ApiRoute>(response: Response): Promise<Answer<DataOf<R>>> {
  // A static host answers unknown paths with the page itself, so HTML also means "not here".
  if (response.headers.get("content-type")?.includes("text/html")) return fail({ kind: "absent" });
  const json: unknown = await response.json().catch(() => undefined);
  if (!response.ok) return fail(toProblem(response, json));
  // The inside is believed to be what the document says: the one place where an answer is not looked into.
  const envelope = z.object({ success: z.literal(true), data: z.custom<DataOf<R>>() });
  const answer = envelope.safeParse(json);
  return answer.success
    ? { ok: true, value: answer.data.data }
    : fail({ kind: "broken", status: response.status });
}

function fail(problem: Problem): { ok: false; problem: Problem } {
  return { ok: false, problem };
}

function toProblem(response: Response, json: unknown): Problem {
  const { status } = response;
  const said = failure.safeParse(json);
  const message = said.success ? said.data.error.message : undefined;
  if (status === 401) return { kind: "signedOut" };
  if (status === 403) return { kind: "forbidden", message };
  if (status === 404) return { kind: "absent" };
  if (status === 429)
    return { kind: "tooOften", retryAfterSeconds: Number(response.headers.get("retry-after")) || 60 };
  if (message !== undefined && (status === 409 || status === 412)) return { kind: "conflict", message };
  if (said.success && status < 500)
    return { kind: "rejected", message: said.data.error.message, fields: said.data.error.details ?? [] };
  return status >= 500 ? { kind: "unreachable" } : { kind: "broken", status };
}
