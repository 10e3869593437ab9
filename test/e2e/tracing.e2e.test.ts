import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { must } from "#lib/must";
import { demoId, type RouterStack, startRouter } from "#test/e2e/router-client";
import { eventually } from "#test/e2e/stack";
import { twitchChatBody, twitchRequest } from "#test/faults/platform-requests";
import { addHeader, sendRaw } from "#test/faults/raw-http";

const posted = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({
        attributes: z.tuple([z.object({ value: z.object({ stringValue: z.string() }) })]),
      }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.looseObject({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              status: z.object({ code: z.int(), message: z.string().optional() }),
            }),
          ),
        }),
      ),
    }),
  ),
});
interface Seen {
  service: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string | undefined;
  name: string;
  status: { code: number; message?: string | undefined };
}

const seen: Seen[] = [];
const bodies: string[] = [];
let collector: Server;
let router: RouterStack;

beforeAll(async () => {
  collector = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString();
    bodies.push(text);
    for (const { resource, scopeSpans } of posted.parse(JSON.parse(text)).resourceSpans) {
      const service = resource.attributes[0].value.stringValue;
      seen.push(...scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service }))));
    }
    response.end("{}");
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  const address = collector.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const vars = { TRACE_EXPORTER: "otlp", TRACE_ENDPOINT: `http://127.0.0.1:${port}/v1/traces` };
  const workers = ["waddlebot-edge", "waddlebot-api", "waddlebot-sender"];
  router = await startRouter({ vars: Object.fromEntries(workers.map((name) => [name, vars])) });
});
afterAll(async () => {
  await router?.close();
  collector?.closeAllConnections();
  collector?.close();
});

/** One chat line as Twitch delivers it, with the headers of somebody who traces. */
async function deliver(text: string, headers: Record<string, string> = {}): Promise<Record<string, string>> {
  const secret = router.stack.secrets.simulators.twitch.eventsubSecret;
  const request = twitchRequest({ secret, body: twitchChatBody({ text }) });
  const traced = Object.entries(headers).reduce((all, [name, value]) => addHeader(all, name, value), request);
  const answer = await sendRaw(router.stack.url, traced);
  expect(answer.status).toBe(204);
  return answer.headers;
}

const ofTrace = (traceId: string) => seen.filter((span) => span.traceId === traceId);
const whole = (traceId: string) =>
  eventually(
    () => ofTrace(traceId),
    (spans) => new Set(spans.map(({ service }) => service)).size === 3,
    30_000,
  );

test("TRC-1 a message with a traceparent is one trace through edge, channel, module and sender, each under its parent", async () => {
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  await deliver("!ping", { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
  const spans = await whole(traceId);
  const of = (service: string, name: RegExp) =>
    must(
      spans.find((span) => span.service === service && name.test(span.name)),
      `${service} ${name}`,
    );
  const edge = of("waddlebot-edge", /POST/);
  const channel = of("waddlebot-channel", /^command$/);
  expect(edge.parentSpanId).toBe("00f067aa0ba902b7");
  expect(channel.parentSpanId).toBe(edge.spanId);
  expect(of("waddlebot-channel", /^core\.ping$/).parentSpanId).toBe(channel.spanId);
  expect(of("waddlebot-sender", /^send twitch$/).parentSpanId).toBe(channel.spanId);
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
});

test("TRC-2 without a header a new trace begins, and the answer says which", async () => {
  const headers = await deliver("!ping");
  const [, traceId = ""] = /^00-([0-9a-f]{32})-[0-9a-f]{16}-01$/.exec(headers["traceparent"] ?? "") ?? [];
  expect(headers["x-correlation-id"]?.replaceAll("-", "")).toBe(traceId);
  const spans = await whole(traceId);
  expect(spans.find(({ service }) => service === "waddlebot-edge")?.parentSpanId).toBeUndefined();
});

test("TRC-5 what fails in a module is an error with words, and no secret of the house is in any span", async () => {
  const target = { type: "webhook", url: "https://broken.example/fail" };
  const json = { community_id: demoId, prefix: "#", command: "broken", description: "d", target };
  await router.ask("commands", { json });
  await router.say("#broken");
  const failed = await eventually(
    () => seen.filter(({ status }) => status.code === 2),
    (spans) => spans.length > 0,
    30_000,
  );
  expect(failed.every(({ status }) => (status.message ?? "") !== "")).toBe(true);
  const { serviceApiKey, gatewayKey, simulators } = router.stack.secrets;
  const all = bodies.join("\n");
  for (const secret of [
    serviceApiKey,
    gatewayKey,
    simulators.twitch.eventsubSecret,
    simulators.twitch.accessToken,
  ])
    expect(all).not.toContain(secret);
});

test("TRC-4 while the collector is away the bot answers as before", async () => {
  collector.closeAllConnections();
  await new Promise((resolve) => collector.close(resolve));
  const before = router.stack.simulators.transcript().length;
  await deliver("!ping");
  await eventually(
    () => router.stack.simulators.transcript().slice(before),
    (lines) => lines.some(({ author }) => author.kind === "bot"),
    20_000,
  );
});
