import { expect, test } from "vitest";
import * as z from "zod";
import type { GatewayFrame } from "#contracts/gateway";
import type { OutboundMessage } from "#contracts/sender";
import { readGatewayConfig } from "#gateway/config";
import { makeGatewaySpans } from "#gateway/spans";
import { eventSubject, requestSubject, spanIdOf, traceIdOf } from "#lib/trace";

const zipkinSpans = z.array(
  z.looseObject({
    traceId: z.string(),
    id: z.string(),
    parentId: z.string().optional(),
    name: z.string(),
    timestamp: z.number(),
    duration: z.number(),
    localEndpoint: z.object({ serviceName: z.string() }),
    tags: z.record(z.string(), z.string()),
  }),
);

const frame: GatewayFrame = {
  platform: "irc",
  connection: "irc.example.net",
  id: "4bf92f35-77b3-4da6-a3ce-929d0e0e4736",
  receivedAt: 1000,
  raw: ":bob PRIVMSG #duck :!ping",
};
const eventId = `irc:irc.example.net:${frame.id}`;
const message: OutboundMessage = {
  id: `${eventId}/core/0/0`,
  entityId: "irc:irc.example.net:#duck",
  target: { kind: "chat", platform: "irc", channel: "#duck", server: "irc.example.net" },
  text: "pong",
  ephemeral: false,
  priority: "reply",
  correlationId: frame.id,
};

function aTeller(sample = 1, answer: () => Promise<Response> = async () => new Response(null)) {
  const posts: unknown[] = [];
  const spans = makeGatewaySpans({
    config: { exporter: "zipkin", endpoint: "http://collector.example/spans", sample },
    sinks: {
      fetch: async (_, init) => {
        posts.push(JSON.parse(String(init?.body)));
        return answer();
      },
      print: () => undefined,
    },
    now: () => 1250,
  });
  return { spans, told: () => posts.flatMap((post) => zipkinSpans.parse(post)) };
}

test("TRC-1 what a gateway heard begins the chain, and what it says is under the event, in one trace", async () => {
  const { spans, told } = aTeller();
  spans.handedOver([frame]);
  spans.said(message, { ok: true, platformMessageIds: [] }, 1200);
  await spans.close();
  const traceId = await traceIdOf(frame.id);
  expect(told()).toMatchObject([
    {
      traceId,
      id: await spanIdOf(requestSubject(frame.id)),
      name: "hear irc",
      timestamp: 1_000_000,
      duration: 250_000,
      localEndpoint: { serviceName: "waddlebot-gateway" },
    },
    { traceId, parentId: await spanIdOf(eventSubject(eventId)), name: "send irc", duration: 50_000 },
  ]);
  // Nothing that was said is told.
  expect(JSON.stringify(told())).not.toMatch(/!ping|pong/);
});

test("TRC-1 on Slack the socket's name is part of the chain's id, as its parser makes it; a gap is no chain", async () => {
  const { spans, told } = aTeller();
  spans.handedOver([
    { ...frame, platform: "slack", connection: "0", id: "envelope-1" },
    { ...frame, id: "gap:1", raw: "", gap: { from: 1, to: 2 } },
  ]);
  await spans.close();
  expect(told().map(({ tags }) => tags["correlation.id"])).toEqual(["0/envelope-1"]);
});

test("TRC-5 what could not be said is an error with the network's words, without a secret", async () => {
  const { spans, told } = aTeller();
  const message_ = "404 Cannot send, Bearer abcdefghijklmnopqrstuvwxyz";
  spans.said(message, { ok: false, code: "bad_request", message: message_ }, 1200);
  await spans.close();
  expect(told()[0]?.tags["error"]).toContain("404 Cannot send");
  expect(JSON.stringify(told())).not.toContain("abcdefghijklmnopqrstuvwxyz");
});

test("TRC-3 the share that is told is the share of traces; none means no call", async () => {
  const { spans, told } = aTeller(0);
  spans.handedOver([frame]);
  await spans.close();
  expect(told()).toEqual([]);
});

test("TRC-4 a collector that is away costs spans and nothing else, however many wait", async () => {
  const { spans, told } = aTeller(1, async () => {
    throw new TypeError("connection refused");
  });
  for (let at = 0; at < 6000; at++) spans.handedOver([{ ...frame, id: `frame-${at}` }]);
  await spans.close();
  expect(told().length).toBe(5000);
});

test("TRC-3 the environment says where spans go, and an exporter without an address is named", () => {
  const good = {
    GATEWAY_ID: "gateway-1",
    GATEWAY_KEY: "0123456789abcdef",
    EDGE_URL: "http://127.0.0.1:8787",
    SPOOL_PATH: "spool.sqlite",
  };
  expect(readGatewayConfig(good).trace).toBeUndefined();
  const TRACE_ENDPOINT = "http://127.0.0.1:4318/v1/traces";
  expect(
    readGatewayConfig({ ...good, TRACE_EXPORTER: "otlp", TRACE_ENDPOINT, TRACE_SAMPLE: "0.5" }).trace,
  ).toEqual({
    exporter: "otlp",
    endpoint: TRACE_ENDPOINT,
    sample: 0.5,
  });
  expect(() => readGatewayConfig({ ...good, TRACE_EXPORTER: "otlp" })).toThrow("TRACE_ENDPOINT");
  expect(() => readGatewayConfig({ ...good, TRACE_EXPORTER: "jaeger" })).toThrow("TRACE_EXPORTER");
  expect(() => readGatewayConfig({ ...good, TRACE_SAMPLE: "2" })).toThrow("TRACE_SAMPLE");
});
