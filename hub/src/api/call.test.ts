import { afterEach, expect, test } from "vitest";
import { call, makeRequest } from "./call.ts";
import { keepCsrfToken } from "./csrf.ts";

afterEach(() => keepCsrfToken(undefined));

const reading = (body: string, init: ResponseInit = {}, type = "application/json") =>
  call("GET /api/v1/communities", undefined, {
    fetcher: async () => new Response(body, { headers: { "content-type": type }, ...init }),
  });
const failure = (message: string, details?: object[]) =>
  JSON.stringify({ success: false, error: { message, code: "X", timestamp: "", details } });

test("an address takes its parameters escaped, and only what was asked for", () => {
  const { url, init } = makeRequest("GET /api/v1/things/{id}/{name}", {
    params: { id: 7, name: "a/b?c" },
    query: { limit: 20, cursor: undefined, search: "", tag: ["x", "y"] },
  });
  expect([url, init.method, init.body]).toEqual([
    "/api/v1/things/7/a%2Fb%3Fc?limit=20&tag=x&tag=y",
    "GET",
    undefined,
  ]);
});

test("HUB-6 every change carries the session's token in a header, a read does not", () => {
  keepCsrfToken("t0ken");
  const change = makeRequest("PUT /api/v1/things", { body: { a: 1 }, etag: '"3"' });
  expect(change.init).toEqual({
    method: "PUT",
    body: '{"a":1}',
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      "x-csrf-token": "t0ken",
      "if-match": '"3"',
    },
  });
  expect(makeRequest("GET /api/v1/things", {}).init.headers).toEqual({ accept: "application/json" });
});

test("an answer's inside is the value", async () => {
  const data = { communities: [], count: 0, next_cursor: null };
  expect(await reading(JSON.stringify({ success: true, data, timestamp: "" }))).toEqual({
    ok: true,
    value: data,
  });
});

test("each way of not getting an answer is told apart", async () => {
  const answers = await Promise.all([
    reading(failure("No."), { status: 401 }),
    reading(failure("Not you."), { status: 403 }),
    reading(failure("None."), { status: 404 }),
    reading(failure("Changed."), { status: 412 }),
    reading(failure("Bad.", [{ field: "name", message: "is too long" }]), { status: 400 }),
    reading("", { status: 429, headers: { "retry-after": "7" } }),
    reading("gone", { status: 502 }),
    reading("{}"),
    reading("<!doctype html>", {}, "text/html"),
    call("GET /api/v1/communities", undefined, { fetcher: () => Promise.reject(new TypeError("offline")) }),
  ]);
  expect(answers.map((answer) => !answer.ok && answer.problem)).toEqual([
    { kind: "signedOut" },
    { kind: "forbidden", message: "Not you." },
    { kind: "absent" },
    { kind: "conflict", message: "Changed." },
    { kind: "rejected", message: "Bad.", fields: [{ field: "name", message: "is too long" }] },
    { kind: "tooOften", retryAfterSeconds: 7 },
    { kind: "unreachable" },
    { kind: "broken", status: 200 },
    { kind: "absent" },
    { kind: "unreachable" },
  ]);
});
