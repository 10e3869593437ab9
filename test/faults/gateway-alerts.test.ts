import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Gateway, startGateway } from "#gateway/gateway";
import type { SourceContext } from "#gateway/source";
import { aGatewayConfig } from "#gateway/testing";
import { type FakeEdge, startFakeEdge } from "#test/fakes/fake-edge";
import { firingAlerts, steady } from "#test/fakes/promtool";
import { asGoingOn, canJudgeAlerts, type Figures, parseFigures } from "#test/faults/alerts";

/** Long enough that what waits counts as old. */
const agoMs = 120_000;

describe.skipIf(!canJudgeAlerts)("P8 what a gateway suffers raises its alert", () => {
  let folder: string;
  let edge: FakeEdge;
  let gateway: Gateway;
  let context: SourceContext | undefined;
  let behindMs = 0;

  beforeEach(async () => {
    behindMs = 0;
    folder = mkdtempSync(join(tmpdir(), "gateway-alerts-"));
    edge = await startFakeEdge({ key: "0123456789abcdef" });
    gateway = await startGateway(
      aGatewayConfig({ edgeUrl: edge.url, spoolPath: join(folder, "spool.sqlite"), spoolFrames: 100 }),
      {
        log: () => undefined,
        now: () => Date.now() - behindMs,
        sources: [
          (given) => {
            context = given;
            return {
              platform: "irc",
              start() {},
              setAssignment() {},
              health: () => [],
              close: async () => {},
            };
          },
        ],
      },
    );
    await vi.waitFor(() => expect(gateway.health().link.isConnected).toBe(true), 20_000);
  });
  afterEach(async () => {
    await gateway.close();
    await edge.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const figures = async (): Promise<Figures> => {
    const response = await fetch(`http://127.0.0.1:${gateway.port}/metrics`);
    return parseFigures(await response.text());
  };
  const alerts = (before: Figures, after: Figures) =>
    firingAlerts([steady('up{job="waddlebot-gateway"}', 1), ...asGoingOn(before, after, 10)]);
  const hear = (count: number) => {
    for (let at = 0; at < count; at++) context?.forward({ connection: "host", id: `f${at}`, raw: "x" });
  };

  test("nothing while all goes up", async () => {
    hear(50);
    await vi.waitFor(() => expect(gateway.health().spool.frames).toBe(0), 20_000);
    const now = await figures();
    expect(now.get("gateway_link_connected")).toBe(1);
    expect(alerts(now, now)).toEqual([]);
  });

  test("the edge away: the link is down and what waits grows old; beyond the spool chat is lost", async () => {
    const before = await figures();
    await edge.stop();
    await vi.waitFor(() => expect(gateway.health().link.isConnected).toBe(false), 20_000);
    behindMs = agoMs;
    hear(250);
    const fired = alerts(before, await figures());
    expect(fired.sort()).toEqual(["GatewayDown", "SpoolDropped", "SpoolGrows"]);
  });
});
