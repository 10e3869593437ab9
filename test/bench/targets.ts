import { readFileSync } from "node:fs";
import * as z from "zod";
import { discordChannels, slackChannels, timedTwitchChannels } from "#test/bench/bench-channels";
import { startPeer } from "#test/bench/child";
import { pingReply } from "#test/bench/ping-reply";
import type { Target } from "#test/bench/speed";
import type { Stack } from "#test/e2e/stack";
import { inProject } from "#tools/paths";
import type { Shutdown } from "#tools/start/shutdown";
import { startWorkers } from "#tools/workers-runtime";

export const helloName = "bare workerd, no check";

const twitchPath = "/webhooks/twitch";
const slackPath = "/webhooks/slack";
const discordPath = "/interactions/discord";
const installed = z.object({ version: z.string() });

/** Name and version as they are installed. */
function named(name: string): string {
  const file = inProject("node_modules", ...name.split("/"), "package.json");
  return `${name} ${installed.parse(JSON.parse(readFileSync(file, "utf8"))).version}`;
}

/** Starts those we compare with, and names everyone who is asked. */
export async function startTargets(
  { workers, secrets }: Stack,
  { shutdown, peerDatabase }: { shutdown: Shutdown; peerDatabase: string },
): Promise<Target[]> {
  const hello = await startWorkers({ configs: [inProject("test", "bench", "hello", "wrangler.toml")] });
  shutdown.add("bare Worker", hello.dispose);
  const { signingSecret } = secrets.simulators.slack;
  const { publicKeyHex } = secrets.simulators.discord;
  const bolt = await startPeer("bolt-peer.ts", { signingSecret });
  shutdown.add("Bolt", bolt.close);
  const express = await startPeer("express-peer.ts", { publicKeyHex });
  shutdown.add("Express", express.close);
  // The same once more, with what ours does besides: duplicates, limit and log, in Postgres.
  const dutifulBolt = await startPeer("bolt-peer.ts", { signingSecret, databaseUrl: peerDatabase });
  shutdown.add("Bolt with duties", dutifulBolt.close);
  const dutifulExpress = await startPeer("express-peer.ts", { publicKeyHex, databaseUrl: peerDatabase });
  shutdown.add("Express with duties", dutifulExpress.close);
  // The edge's own socket: the local entry before it is a convenience of this machine, not part of the product.
  const edge = await workers.urlOf("waddlebot-edge");
  const helloUrl = await hello.urlOf("bench-hello");

  const boltName = `Slack · ${named("@slack/bolt")}, from memory`;
  const expressName = `Discord · ${named("discord-interactions")} on ${named("express")}, from memory`;
  const twitch = { kind: "twitch", channels: timedTwitchChannels, expected: "" } as const;
  const slack = { kind: "slack", channels: slackChannels, expected: pingReply } as const;
  const discord = { kind: "discord", channels: discordChannels, expected: pingReply } as const;
  const ours = { pid: workers.pid };
  const overSlack = { ...slack, ...ours, url: new URL(slackPath, edge).href, peer: boltName };
  const overDiscord = { ...discord, ...ours, url: new URL(discordPath, edge).href, peer: expressName };
  return [
    { ...slack, name: helloName, url: new URL(slackPath, helloUrl).href, expected: "hello", pid: hello.pid },
    { ...overSlack, name: `Slack · WaddleBot, ${slackChannels.length} channels` },
    { ...overSlack, name: "Slack · WaddleBot, 1 channel", channels: slackChannels.slice(0, 1) },
    { ...slack, name: boltName, url: bolt.url + slackPath, pid: () => bolt.pid },
    {
      ...slack,
      name: boltName.replace("from memory", "with our duties in Postgres"),
      url: dutifulBolt.url + slackPath,
      pid: () => dutifulBolt.pid,
    },
    { ...overDiscord, name: `Discord · WaddleBot, ${discordChannels.length} channels` },
    { ...overDiscord, name: "Discord · WaddleBot, 1 channel", channels: discordChannels.slice(0, 1) },
    { ...discord, name: expressName, url: express.url + discordPath, pid: () => express.pid },
    {
      ...discord,
      name: expressName.replace("from memory", "with our duties in Postgres"),
      url: dutifulExpress.url + discordPath,
      pid: () => dutifulExpress.pid,
    },
    {
      ...twitch,
      ...ours,
      name: `Twitch chat, stored · WaddleBot, ${timedTwitchChannels.length} channels`,
      url: new URL(twitchPath, edge).href,
    },
  ];
}
