import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { type HttpServer, serveLocally } from "#simulators/http-server";
import { inProject } from "#tools/paths";
import { type RunningWorkers, startWorkers } from "#tools/workers-runtime";

/** Counts whoever reaches it. Nobody should. */
async function startCanary() {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { port, connections: () => connections, close: () => server.close() };
}

/** What the resolver says of each name; others do not exist. */
const names: Record<string, { type: number; data: string }[]> = {
  "rebind.example.com": [{ type: 1, data: "127.0.0.1" }],
  "mixed.example.com": [
    { type: 1, data: "93.184.216.34" },
    { type: 28, data: "::1" },
  ],
  "127.0.0.1.nip.io": [{ type: 1, data: "127.0.0.1" }],
};

let canary: Awaited<ReturnType<typeof startCanary>>;
let site: HttpServer;
let resolver: HttpServer;
let workers: RunningWorkers;

const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
let drips = 0;

/** A header holds no other letters; the parser reads them back. */
const inAscii = (url: string) => url.replace(/[^\x20-\x7e]/g, encodeURIComponent);

function answerSite(request: Request): Response {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === "/to")
    return new Response(null, { status: 302, headers: { location: inAscii(searchParams.get("url") ?? "") } });
  if (pathname === "/bomb") return new Response(bomb, { headers: { "content-encoding": "gzip" } });
  if (pathname === "/zipped")
    return new Response(gzipSync("zipped"), { headers: { "content-encoding": "gzip" } });
  if (pathname === "/slow")
    return new Response(
      new ReadableStream({
        pull: async (body) => {
          drips++;
          await new Promise((resolve) => setTimeout(resolve, 50));
          body.enqueue(new Uint8Array(1));
        },
      }),
    );
  return Response.json({ method: request.method, headers: Object.fromEntries(request.headers) });
}

beforeAll(async () => {
  canary = await startCanary();
  site = await serveLocally(0, async (request) => answerSite(request));
  resolver = await serveLocally(0, async (request) => {
    const { searchParams } = new URL(request.url);
    const answer = names[searchParams.get("name") ?? ""];
    const type = searchParams.get("type") === "A" ? 1 : 28;
    return Response.json(
      answer ? { Status: 0, Answer: answer.filter((entry) => entry.type === type) } : { Status: 3 },
    );
  });
  workers = await startWorkers({
    configs: [
      join(import.meta.dirname, "fixtures", "caller", "wrangler.toml"),
      inProject("src", "workers", "fetcher", "wrangler.toml"),
    ],
    vars: {
      "waddlebot-fetcher": {
        DNS_RESOLVER_URL: `${resolver.url}/dns-query`,
        FETCHER_ALLOWED_HOSTS: new URL(site.url).host,
      },
    },
  });
});
afterAll(async () => {
  await workers.dispose();
  await Promise.all([site.close(), resolver.close()]);
  canary.close();
});

async function ask(request: object) {
  const response = await fetch(workers.url, { method: "POST", body: JSON.stringify(request) });
  return z.looseObject({ ok: z.boolean(), code: z.string().optional() }).parse(await response.json());
}

describe("PSH-4 through the real Worker, which here has no platform guard below it", () => {
  test("no spelling, name, redirect or user part reaches a listener on this machine", async () => {
    const { port } = canary;
    const hosts = [
      "127.0.0.1",
      "127.1",
      "2130706433",
      "0x7f.1",
      "0177.0.0.1",
      "0.0.0.0",
      "0",
      "localhost",
      "localhost.",
      "[::1]",
      "[::]",
      "[::ffff:127.0.0.1]",
      "[::127.0.0.1]",
      "１２７.0.0.1",
      "①②⑦.0.0.1",
      "127。0。0。1",
      "u@127.0.0.1",
      "example.com@127.0.0.1",
      "a.localhost",
      "rebind.example.com",
      "mixed.example.com",
      "127.0.0.1.nip.io",
    ];
    const direct = hosts.flatMap((host) => [
      `http://${host}:${port}/`,
      `https://${host}:${port}/`,
      `http://${host}/`,
    ]);
    const redirected = direct.map((url) => `${site.url}/to?url=${encodeURIComponent(url)}`);
    const outcomes = await Promise.all(
      [...direct, ...redirected].map((url) => ask({ url, allowHttp: true, timeoutMs: 10_000 })),
    );
    expect(outcomes.length).toBeGreaterThan(100);
    expect(new Set(outcomes.map(({ ok, code }) => `${ok} ${code}`))).toEqual(new Set(["false forbidden"]));
    expect(canary.connections()).toBe(0);
  });

  test("the canary does sing when somebody comes", async () => {
    await fetch(`http://127.0.0.1:${canary.port}/`).catch(() => undefined);
    expect(canary.connections()).toBe(1);
  });

  test("a name nobody has is not called, and nothing is when the resolver is away", async () => {
    expect(await ask({ url: "https://unknown.example.org/" })).toMatchObject({
      ok: false,
      code: "not_found",
    });
    await resolver.close();
    expect(await ask({ url: "https://mixed.example.com/" })).toMatchObject({
      ok: false,
      code: "unavailable",
    });
  });
});

test("an allowed host answers, with the caller's headers and its encoding undone", async () => {
  const outcome = await ask({
    url: `${site.url}/`,
    method: "POST",
    body: "{}",
    headers: { "user-agent": "duck" },
  });
  expect(outcome).toMatchObject({ ok: true, value: { status: 200, url: `${site.url}/` } });
  expect(JSON.stringify(outcome)).toContain("duck");
  expect(await ask({ url: `${site.url}/zipped` })).toMatchObject({ ok: true, value: { body: "zipped" } });
});

test("threat 7: a compressed bomb is cut off by its real size", async () => {
  expect(bomb.byteLength).toBeLessThan(40_000);
  expect(await ask({ url: `${site.url}/bomb` })).toMatchObject({ ok: false, code: "too_large" });
});

test("threat 7: a body that drips is left when the time is up", async () => {
  const started = performance.now();
  expect(await ask({ url: `${site.url}/slow`, timeoutMs: 300 })).toEqual({ ok: false, code: "timeout" });
  expect(performance.now() - started).toBeLessThan(3000);
  const heard = drips;
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(drips - heard).toBeLessThanOrEqual(3);
});
