import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { makeEntityId } from "#contracts/ids";
import { openTestDatabase } from "#db/testing";
import { youtubeChannelOf } from "#simulators/youtube/channel-of";
import { startStack } from "#test/e2e/stack";

/** The demo community's. */
export const communityId = 2;
export const channel = youtubeChannelOf("pia");
export const entityId = makeEntityId({ platform: "youtube", server: channel });

/** The house with one watched YouTube channel, storage that outlives workerd, and a quota nobody reaches. */
export async function startYouTube() {
  const database = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), "waddlebot-youtube-"));
  const stack = await startStack({
    databaseUrl: database.url,
    databaseEndpoint: database.endpoint,
    persistTo: folder,
    channels: [{ entityId, channelName: "pia_live", viewers: [] }],
    vars: { "waddlebot-sender": { YOUTUBE_DAILY_QUOTA: "1000000" } },
    simulators: { youtube: { pollingMs: 50, quota: 1_000_000 } },
  });
  const { youtube } = stack.simulators;
  return {
    stack,
    database,
    youtube,
    /** Asks the hub to tell us of the channel's videos, as the schedule does. */
    follow: () => stack.workers.runScheduled("waddlebot-edge", new Date(Date.UTC(2026, 4, 20, 12, 0))),
    said: () => youtube.messages().map(({ text }) => text),
    async api(path: string, method = "GET", json?: unknown) {
      const response = await fetch(new URL(`/api/v1${path}`, stack.url), {
        method,
        headers: { "x-api-key": stack.secrets.serviceApiKey, "content-type": "application/json" },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      });
      return { status: response.status, body: z.looseObject({}).parse(await response.json()) };
    },
    async close() {
      await stack.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type YouTubeHouse = Awaited<ReturnType<typeof startYouTube>>;
