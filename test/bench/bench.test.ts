import { generateKeyPairSync, verify } from "node:crypto";
import { createServer, type Server } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { makeSimulatorSecrets } from "#simulators/secrets";
import { isMissed, judge, plainMessageBudget } from "#test/bench/budgets";
import { describeEach, noCounts, subtractCounts, sumCounts, total } from "#test/bench/counts";
import { readAnswer, writeRequest } from "#test/bench/http-connection";
import { priceOfMillion, renderPrices } from "#test/bench/prices";
import { runLoad } from "#test/bench/run-load";
import { discordCommands, slackSlashes, twitchLines } from "#test/bench/signed-requests";
import { ratiosOf, type SpeedLine } from "#test/bench/speed";
import { median, percentile, ratio } from "#test/bench/statistics";
import { type Column, renderTable, showNumber } from "#test/bench/table";

describe("statistics", () => {
  test("a percentile is the nearest rank, whatever the order", () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([0, 50, 99, 100].map((percent) => percentile(values, percent))).toEqual([1, 50, 99, 100]);
    expect(percentile([7], 99)).toBe(7);
    expect(percentile([], 50)).toBeNaN();
  });

  test("the median of an even number is between the two in the middle", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  test("a ratio without a base is no number", () => {
    expect(ratio(6, 3)).toBe(2);
    expect([ratio(6, 0), ratio(6, undefined)]).toEqual([Number.NaN, Number.NaN]);
  });
});

test("ratios compare a line with the bare Worker and with its own peer only", () => {
  const line = (name: string, perSecond: number, p50Ms: number, peer?: string): SpeedLine => ({
    ...{ name, perSecond, p50Ms, p99Ms: 0, cpuSecondsPer1000: 0, failures: 0, rounds: [] },
    ...(peer === undefined ? {} : { peer }),
  });
  const ours = line("ours", 500, 30, "memory");
  const lines = [line("hello", 10_000, 1), ours, line("memory", 2000, 6)];
  expect(ratiosOf(ours, lines, "hello")).toEqual({
    throughputOfHello: 0.05,
    throughputOfPeer: 0.25,
    p50OfPeer: 5,
  });
  expect(ratiosOf(line("memory", 2000, 6), lines, "hello").throughputOfPeer).toBeNaN();
});

test("a table is as wide as its widest cell: words left, numbers right", () => {
  interface Row {
    name: string;
    rate: number;
  }
  const columns: Column<Row>[] = [
    { title: "", cell: ({ name }) => name, isText: true },
    { title: "events/s", cell: ({ rate }) => showNumber(rate) },
  ];
  const rows: Row[] = [
    { name: "hello", rate: 12_012.2 },
    { name: "a longer name", rate: Number.NaN },
  ];
  expect(renderTable(columns, rows).split("\n")).toEqual([
    "               events/s",
    "hello            12,012",
    "a longer name         –",
  ]);
});

test("a million is priced by what was counted, each part by its own price", () => {
  const cost = {
    workerRequests: 0.01,
    objectCalls: 0.02,
    statements: 0.02,
    rowsWritten: 0.1,
    moduleCalls: 0,
  };
  const { worker, object, rows, postgres, total: all } = priceOfMillion("plain", cost);
  expect(worker).toBeCloseTo(0.01 * (0.3 + 2 * 0.02), 6);
  expect(object).toBeCloseTo(0.02 * (0.15 + 0.02 * 0.128 * 12.5), 6);
  expect(rows).toBeCloseTo(0.1, 6);
  expect(postgres).toBeCloseTo((20_000 / 100 / 3600) * 0.25 * 0.106, 6);
  expect(all).toBeCloseTo(worker + object + rows + postgres, 9);
  expect(renderPrices([priceOfMillion("plain", cost)])).toContain(`$${all.toFixed(3)}`);
});

describe("budgets", () => {
  const cost = { workerRequests: 0, objectCalls: 0.02, statements: 0.001, rowsWritten: 1.3, moduleCalls: 0 };

  test("a cost at its limit is met, one above says by how much", () => {
    expect(judge(cost, plainMessageBudget)).toBe("met");
    expect(judge({ ...cost, objectCalls: 0.04, rowsWritten: 5 }, plainMessageBudget)).toBe(
      "missed: object calls 0.04 > 0.02 (× 2.00), rows 5 > 4 (× 1.25)",
    );
    expect(judge({ ...cost, moduleCalls: 1 }, plainMessageBudget)).toBe("missed: module calls 1 > 0");
  });

  test("without a budget there is no verdict", () => {
    expect(judge(cost, undefined)).toBe("–");
  });

  test("what was not counted has not met its limit, and only a miss stops the bench", () => {
    const uncounted = judge({ ...cost, workerRequests: undefined }, plainMessageBudget);
    expect(uncounted).toBe("missed: Worker requests were not counted");
    expect([uncounted, judge(cost, plainMessageBudget), judge(cost, undefined)].map(isMissed)).toEqual([
      true,
      false,
      false,
    ]);
  });
});

test("counts add up by name, and the difference of two readings is what happened between them", () => {
  const one = { ...noCounts(), calls: { accept: 2 }, rows: { "INSERT seen": 3 }, statements: 1 };
  const two = { ...noCounts(), calls: { accept: 1, alarm: 1 }, rows: { alarm: 1 }, moduleCalls: 4 };
  const both = sumCounts([one, two]);
  expect(both).toMatchObject({ calls: { accept: 3, alarm: 1 }, statements: 1, moduleCalls: 4 });
  expect(subtractCounts(both, one)).toMatchObject({
    calls: { accept: 1, alarm: 1 },
    rows: { alarm: 1 },
    statements: 0,
  });
  expect(total(both.rows)).toBe(4);
  expect(describeEach(both.calls, 100)).toBe("accept 0.03, alarm 0.01");
});

describe("reading answers", () => {
  const bytes = (text: string) => Buffer.from(text);

  test("with a length, in pieces, and with characters longer than a byte", () => {
    const whole = bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\npöng");
    for (const at of [10, 30, whole.length - 1]) expect(readAnswer(whole.subarray(0, at))).toBeUndefined();
    expect(readAnswer(whole)).toEqual({ status: 200, body: "pöng" });
  });

  test("in chunks, and without a body", () => {
    const chunked = "HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n2\r\npo\r\n2\r\nng\r\n";
    expect(readAnswer(bytes(chunked))).toBeUndefined();
    expect(readAnswer(bytes(`${chunked}0\r\n\r\n`))).toEqual({ status: 401, body: "pong" });
    expect(readAnswer(bytes("HTTP/1.1 204 No Content\r\n\r\n"))).toEqual({ status: 204, body: "" });
  });
});

describe("signed requests", () => {
  const secrets = makeSimulatorSecrets();
  const facts = { run: "7", channels: ["1", "2"], count: 6, now: Date.UTC(2026, 0, 1) };
  const all = {
    slack: slackSlashes(secrets.slack, facts),
    discord: discordCommands(secrets.discord, facts),
    twitch: twitchLines(secrets.twitch, facts, () => "!ping"),
  };

  test.each(Object.entries(all))("no two of %s are alike, and they go round the channels", (_, requests) => {
    expect(new Set(requests.map(({ body }) => body)).size).toBe(6);
    expect(new Set(requests.map(({ headers }) => JSON.stringify(headers))).size).toBe(6);
  });

  test("Discord's signature is genuine ed25519 over timestamp and body", () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const privateKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const [request] = discordCommands({ ...secrets.discord, privateKeyPem }, facts);
    const { headers, body } = request ?? { headers: {}, body: "" };
    const signature = Buffer.from(headers["x-signature-ed25519"] ?? "", "hex");
    expect(verify(null, Buffer.from(headers["x-signature-timestamp"] + body), publicKey, signature)).toBe(
      true,
    );
  });
});

describe("the load generator", () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  test("sends every request once and counts each answer that is not the expected one", async () => {
    const seen: string[] = [];
    server = createServer((request, response) => {
      request.setEncoding("utf8").on("data", (body: string) => {
        seen.push(body);
        if (body === "4") return response.destroy();
        response.writeHead(body === "3" ? 500 : 200).end(body === "2" ? "silence" : "pong");
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const url = new URL(`http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/`);
    const requests = Array.from({ length: 20 }, (_, index) => writeRequest(url, {}, String(index)));
    const result = await runLoad({ url, requests, connections: 3, expected: "pong" });
    expect(seen.map(Number).sort((a, b) => a - b)).toEqual(requests.map((_, index) => index));
    expect(result).toMatchObject({ failures: 3, firstFailure: expect.any(String) });
    expect(result.latencies).toHaveLength(20);
  });
});
