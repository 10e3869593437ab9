import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { PlatformEvent } from "#contracts/event";
import type { MetricSample } from "#contracts/metrics";
import { isolateMeter } from "#durable-objects/metrics/meter-post";
import type { LogEntry } from "#lib/log";
import { platforms } from "#platforms/registry";
import { makeSimulatorSecrets, type SimulatorSecrets } from "#simulators/secrets";
import { type EdgeRequest, type Stage, setStage } from "#simulators/testing";
import { signEventSub } from "#simulators/twitch/sign";
import { type IngressDeps, receive } from "#workers/edge/ingress";

const unknownType = readFileSync(
  new URL("../../platforms/twitch/fixtures/unknown-type.json", import.meta.url),
  "utf8",
);

/** The edge's way in with channels behind it that answer only when told to. */
function anEdge(config: IngressDeps["config"]) {
  const edge = { isDown: true, stored: [] as PlatformEvent[], logs: [] as LogEntry[] };
  const unused = async () => {
    throw new Error("not part of this");
  };
  const deps: IngressDeps = {
    platforms,
    config,
    accept: async (_, events) => {
      if (edge.isDown) throw new Error("no channel answers");
      edge.stored.push(...events);
      return { stored: events.length, duplicates: 0, conflicts: 0 };
    },
    process: unused,
    suggest: unused,
    noticeBroadcast: unused,
    confirmLease: unused,
    isAwaited: unused,
    markSubscription: unused,
    noteRevoked: unused,
    log: (entry) => edge.logs.push(entry),
  };
  const take = async (platform: string, { path, headers, body }: EdgeRequest) => {
    const answer = await receive(
      platform,
      {
        path: path.split("/").slice(3).join("/"),
        headers,
        body: new TextEncoder().encode(body),
        receivedAt: Date.now(),
        correlationId: crypto.randomUUID(),
      },
      deps,
    );
    return new Response(answer.status === 204 ? null : answer.body, { status: answer.status });
  };
  return Object.assign(edge, { take });
}

test.each(["twitch", "slack", "kick"] as const)(
  "RCV-4 %s: what no channel took is not acknowledged, and what the platform sends again is taken once",
  async (platform) => {
    let edge: ReturnType<typeof anEdge> | undefined;
    await using stage: Stage = await setStage(async (request, count) => {
      if (!edge) return new Response(null, { status: 500 });
      edge.isDown = count < 2;
      return edge.take(platform, request);
    });
    edge = anEdge(configFor(stage.simulators.secrets));
    const sent = await stage.simulators[platform].sendChat({ viewer: "bob", text: "!ping" });
    expect(sent).toMatchObject({ status: "delivered" });
    expect(stage.edge.requests).toHaveLength(3);
    expect(edge.stored).toMatchObject([{ platform, type: "chatMessage", text: "!ping" }]);
    expect(edge.logs.map(({ action, result }) => [action, result])).toEqual([
      ["webhook.accept", "FAILURE"],
      ["webhook.accept", "FAILURE"],
    ]);
  },
);

test("a genuine notification of a type nobody knows is answered 2xx, stored nowhere and counted", async () => {
  const secrets = makeSimulatorSecrets();
  const edge = anEdge(configFor(secrets));
  edge.isDown = false;
  const counted = async () => {
    const samples: MetricSample[] = [];
    const to = { add: async (all: MetricSample[]) => void samples.push(...all) };
    await isolateMeter.send(() => to, Date.now(), 0);
    return samples.filter(({ family }) => family === "waddlebot_webhooks_ignored_total");
  };
  await counted();
  const timestamp = new Date().toISOString();
  const { eventsubSecret: secret } = secrets.twitch;
  for (const id of ["one", "two"]) {
    const headers = new Headers({
      "twitch-eventsub-message-id": id,
      "twitch-eventsub-message-timestamp": timestamp,
      "twitch-eventsub-message-type": "notification",
      "twitch-eventsub-message-signature": signEventSub({ secret, id, timestamp, body: unknownType }),
    });
    const answer = await edge.take("twitch", { path: "/webhooks/twitch", headers, body: unknownType });
    expect(answer.status).toBe(204);
  }
  expect(edge.stored).toEqual([]);
  const labels = { platform: "twitch", reason: "unknown subscription type" };
  expect(await counted()).toMatchObject([{ labels, value: 2 }]);
});

function configFor({ twitch, slack, kick }: SimulatorSecrets): IngressDeps["config"] {
  return {
    TWITCH_EVENTSUB_SECRET: twitch.eventsubSecret,
    TWITCH_BOT_USER_ID: twitch.botUserId,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_BOT_USER_ID: slack.botUserId,
    KICK_PUBLIC_KEY: kick.publicKeyPem,
    KICK_BOT_USER_ID: kick.botUserId,
  };
}
