import { afterAll, beforeAll, expect, test } from "vitest";
import type { EgressRequest } from "#contracts/egress";
import { callOut } from "#gateway/egress";
import { type HttpServer, serveLocally } from "#simulators/http-server";

const seen: { method: string; url: string; authorization: string | null; body: string }[] = [];
let server: HttpServer;
let host: string;

beforeAll(async () => {
  server = await serveLocally(0, async (request) => {
    const { pathname } = new URL(request.url);
    const authorization = request.headers.get("authorization");
    seen.push({ method: request.method, url: pathname, authorization, body: await request.text() });
    if (pathname === "/away") return new Response(null, { status: 302, headers: { location: "/secret" } });
    if (pathname === "/long") return new Response("x".repeat((1 << 20) + 1));
    if (pathname === "/hang-up") return null;
    return Response.json({ id: "1" }, { headers: { "x-ratelimit-remaining": "0" } });
  });
  host = new URL(server.url).host;
});
afterAll(() => server.close());

const ask = (path: string, more: Partial<EgressRequest> = {}, hosts = new Set([host])) =>
  callOut(
    { url: `${server.url}${path}`, method: "POST", headers: { authorization: "Bot t" }, body: "{}", ...more },
    { hosts },
  );

test("T15 a call goes out as it was given, and its answer comes back with its headers", async () => {
  expect(await ask("/channels/1/messages")).toMatchObject({
    ok: true,
    value: { status: 200, headers: { "x-ratelimit-remaining": "0" }, body: '{"id":"1"}' },
  });
  expect(seen.at(-1)).toEqual({
    method: "POST",
    url: "/channels/1/messages",
    authorization: "Bot t",
    body: "{}",
  });
});

test("threat 7: a host that is not on the list, or plain http elsewhere, is never called", async () => {
  const before = seen.length;
  expect(await ask("/x", {}, new Set(["discord.com"]))).toMatchObject({ ok: false, code: "unavailable" });
  const metadata = { url: "http://169.254.169.254/latest" };
  expect(await ask("/x", metadata, new Set(["169.254.169.254"]))).toMatchObject({ ok: false });
  expect(seen).toHaveLength(before);
});

test("a redirect is an answer and is not followed", async () => {
  expect(await ask("/away")).toMatchObject({ ok: true, value: { status: 302 } });
  expect(seen.at(-1)?.url).toBe("/away");
});

test("an answer that is cut off or too long may have been carried out; a refused connection was not", async () => {
  expect(await ask("/hang-up")).toMatchObject({ ok: false, code: "unknown" });
  expect(await ask("/long")).toMatchObject({ ok: false, code: "unknown" });
  const closed = "127.0.0.1:1";
  expect(await ask("", { url: `http://${closed}/x` }, new Set([closed]))).toMatchObject({
    ok: false,
    code: "unavailable",
  });
});
