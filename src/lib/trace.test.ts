import { describe, expect, test } from "vitest";
import {
  correlationOfTrace,
  parseTraceparent,
  type Span,
  spanIdOf,
  traceIdOf,
  traceparentOf,
} from "#lib/trace";
import { exportSpans, traceConfig } from "#lib/trace-export";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const span: Span = {
  traceId,
  spanId: "00f067aa0ba902b7",
  parentId: "1111111111111111",
  service: "channel",
  name: "command",
  kind: "internal",
  startMs: 1000,
  endMs: 1250,
  attributes: { "correlation.id": "c1", token: "Bearer canary-1" },
};

async function told(
  env: Record<string, string>,
  spans: readonly Span[] = [span],
  answer?: () => Promise<Response>,
) {
  const posts: { url: string; body: unknown }[] = [];
  const printed: string[] = [];
  await exportSpans(traceConfig(env), spans, {
    fetch: async (url, init) => {
      posts.push({ url: String(url), body: JSON.parse(String(init?.body)) });
      return answer ? answer() : new Response(null, { status: 200 });
    },
    print: (line) => printed.push(line),
  });
  return { posts, printed };
}

describe("context", () => {
  test("TRC-1 a traceparent's trace is carried by the chain's own id and found again in it", async () => {
    const context = parseTraceparent(`00-${traceId}-00f067aa0ba902b7-01`);
    expect(context).toEqual({ traceId, spanId: "00f067aa0ba902b7" });
    expect(await traceIdOf(correlationOfTrace(traceId))).toBe(traceId);
    // A later version may say more; ours may not.
    expect(parseTraceparent(`01-${traceId}-00f067aa0ba902b7-01-more`)).toEqual(context);
  });

  test.each([
    "",
    `00-${traceId}-00f067aa0ba902b7`,
    `00-${traceId.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
    `00-${traceId}-${"0".repeat(16)}-01`,
    `ff-${traceId}-00f067aa0ba902b7-01`,
    `00-${traceId}-00f067aa0ba902b7-01-more`,
    `00-${traceId}-00f067aa0ba902b7-01\r\nx: y`,
  ])("TRC-2 %j is no traceparent", (header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });

  test("TRC-2 every chain has a valid trace, whatever its id looks like, and the same one everywhere", async () => {
    for (const id of [crypto.randomUUID(), "c1", "x".repeat(64)]) {
      expect(parseTraceparent(await traceparentOf(id, "a"))?.traceId).toBe(await traceIdOf(id));
    }
    expect(await spanIdOf("a")).toBe(await spanIdOf("a"));
    expect(await spanIdOf("a")).not.toBe(await spanIdOf("b"));
  });
});

describe("TRC-3 exporters", () => {
  test("otlp posts what a collector reads, parents and nanoseconds included", async () => {
    const { posts, printed } = await told({
      TRACE_EXPORTER: "otlp",
      TRACE_ENDPOINT: "http://c.test/v1/traces",
    });
    expect(printed).toEqual([]);
    expect(posts).toMatchObject([
      {
        url: "http://c.test/v1/traces",
        body: {
          resourceSpans: [
            {
              resource: {
                attributes: [{ key: "service.name", value: { stringValue: "waddlebot-channel" } }],
              },
              scopeSpans: [
                {
                  spans: [
                    {
                      traceId,
                      spanId: span.spanId,
                      parentSpanId: span.parentId,
                      kind: 1,
                      startTimeUnixNano: "1000000000",
                      endTimeUnixNano: "1250000000",
                      status: { code: 1 },
                    },
                  ],
                },
              ],
            },
          ],
        },
      },
    ]);
  });

  test("zipkin posts a list in microseconds", async () => {
    const { posts } = await told({ TRACE_EXPORTER: "zipkin", TRACE_ENDPOINT: "http://z.test/api/v2/spans" });
    expect(posts[0]?.body).toMatchObject([
      { traceId, id: span.spanId, parentId: span.parentId, timestamp: 1_000_000, duration: 250_000 },
    ]);
  });

  test("console prints one line a span; none, nothing said and nonsense tell nobody", async () => {
    const { posts, printed } = await told({ TRACE_EXPORTER: "console" });
    expect([posts.length, printed.length]).toEqual([0, 1]);
    for (const env of [{ TRACE_EXPORTER: "none" }, {}, { TRACE_EXPORTER: "carrier pigeon" }])
      expect(await told(env)).toEqual({ posts: [], printed: [] });
  });
});

test("TRC-4 a collector that is away or slow breaks nothing", async () => {
  const env = { TRACE_EXPORTER: "otlp", TRACE_ENDPOINT: "http://c.test" };
  await told(env, [span], () => Promise.reject(new TypeError("fetch failed")));
  await told(env, [span], async () => new Response("<html>", { status: 503 }));
});

test("TRC-5 an error is told as one, and nothing secret with it", async () => {
  const failed = { ...span, error: "could not call with xoxb-canary-2" };
  const { printed } = await told({ TRACE_EXPORTER: "console" }, [failed]);
  expect(printed[0]).not.toContain("canary");
  const { posts } = await told({ TRACE_EXPORTER: "otlp", TRACE_ENDPOINT: "http://c.test" }, [failed]);
  expect(JSON.stringify(posts)).toContain('"status":{"code":2,"message":"could not call with [masked]"}');
  expect(JSON.stringify(posts)).not.toContain("canary");
});

test("sampling takes the same traces everywhere: the id decides", async () => {
  const ids = Array.from({ length: 400 }, () => crypto.randomUUID().replaceAll("-", ""));
  const env = { TRACE_EXPORTER: "console", TRACE_SAMPLE: "0.25" };
  const spans = ids.map((id) => ({ ...span, traceId: id }));
  const first = (await told(env, spans)).printed;
  expect(first.length).toBeGreaterThan(50);
  expect(first.length).toBeLessThan(170);
  expect((await told(env, spans)).printed).toEqual(first);
});
