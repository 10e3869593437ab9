import { describe, expect, test } from "vitest";
import { backoffMs } from "#gateway/backoff";
import { readGatewayConfig } from "#gateway/config";
import { listLines, makeIrcChannels } from "#gateway/irc/channels";
import { makePace } from "#gateway/irc/pace";
import { parseIrcLine } from "#lib/irc-message";

test("back-off doubles up to its cap, half of it by chance", () => {
  const backoff = { baseMs: 100, maxMs: 1000 };
  expect([0, 1, 2, 3, 4, 99].map((attempt) => backoffMs(attempt, backoff, () => 1))).toEqual([
    100, 200, 400, 800, 1000, 1000,
  ]);
  expect(backoffMs(3, backoff, () => 0)).toBe(400);
});

describe("readGatewayConfig", () => {
  const good = {
    GATEWAY_ID: "gateway-1",
    GATEWAY_KEY: "0123456789abcdef",
    EDGE_URL: "http://127.0.0.1:8787",
    SPOOL_PATH: "spool.sqlite",
  };
  const network = { host: "IRC.Example.net", port: 6697, tls: true, nick: "waddle" };

  test("reads a whole environment", () => {
    const config = readGatewayConfig({ ...good, IRC_NETWORKS: JSON.stringify([network]), GATEWAY_PORT: "0" });
    expect(config).toEqual({
      gatewayId: "gateway-1",
      gatewayKey: "0123456789abcdef",
      edgeUrl: "http://127.0.0.1:8787",
      egress: { hosts: new Set(["discord.com"]), localAddress: undefined },
      networks: [{ ...network, host: "irc.example.net", flavour: "irc", burstLines: 5, linesPerSecond: 0.5 }],
      spoolPath: "spool.sqlite",
      spoolFrames: 100_000,
      port: 0,
      host: "127.0.0.1",
    });
  });

  test.each(Object.keys(good))("names %s when it is missing", (name) => {
    expect(() => readGatewayConfig({ ...good, [name]: undefined })).toThrow(`${name} is not set`);
  });

  test.each([
    ["GATEWAY_KEY", "short"],
    ["EDGE_URL", "ftp://x"],
    ["IRC_NETWORKS", "{secret"],
    ["IRC_NETWORKS", '[{"host":"a b","secret":1}]'],
    ["IRC_NETWORKS", JSON.stringify([network, network])],
    [
      "IRC_NETWORKS",
      JSON.stringify([{ ...network, tls: false, sasl: { account: "a", password: "secret" } }]),
    ],
    ["GATEWAY_PORT", "70000"],
  ])("names %s when it is %j, and never its value", (name, value) => {
    let message = "";
    try {
      readGatewayConfig({ ...good, [name]: value });
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain(name);
    expect(message).not.toMatch(/secret|short/);
  });
});

describe("pace", () => {
  test("a burst goes at once, the rest in step, too long a wait is refused without cost", () => {
    let now = 0;
    const pace = makePace({ burst: 3, perSecond: 1, maxWaitMs: 2000, now: () => now });
    expect(pace.book(3)).toEqual([0, 0, 0]);
    expect(pace.book(1)).toEqual([1000]);
    expect(pace.book(2)).toBeUndefined();
    expect(pace.book(1)).toEqual([2000]);
    now = 60_000;
    expect(pace.book(4)).toEqual([0, 0, 0, 1000]);
  });
});

describe("channels", () => {
  test("follows what the server says about us", () => {
    const channels = makeIrcChannels();
    const see = (line: string) => {
      const message = parseIrcLine(line);
      if (message) channels.observe(message, "Waddle");
    };
    expect(channels.assign(["#A", "#b"])).toEqual({ join: ["#a", "#b"], part: [] });
    see(":waddle!w@h JOIN :#A");
    see(":eve!w@h JOIN :#b");
    expect([channels.has("#a"), channels.has("#b"), channels.missing()]).toEqual([true, false, ["#b"]]);
    see(":op!w@h KICK #a waddle :out");
    expect(channels.missing()).toEqual(["#a", "#b"]);
    see(":waddle!w@h JOIN #a");
    expect(channels.assign(["#c"])).toEqual({ join: ["#c"], part: ["#a"] });
    see(":waddle!w@h PART #a");
    expect(channels.counts()).toEqual({ assigned: 1, joined: 0 });
  });

  test("joins many in few lines", () => {
    const names = Array.from({ length: 100 }, (_, index) => `#channel-${index}`);
    const lines = listLines("JOIN", names);
    expect(lines.length).toBeLessThan(5);
    expect(lines.every((line) => line.length <= 405)).toBe(true);
    expect(lines.flatMap((line) => line.slice(5).split(","))).toEqual(names);
    expect(listLines("PART", [])).toEqual([]);
  });
});
