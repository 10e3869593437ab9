import { expect, test } from "vitest";
import { callbackAddress } from "#platforms/youtube/callback-address";
import { platform } from "#platforms/youtube/index";
import { topicOf } from "#platforms/youtube/live-chat";
import { answerQuestion } from "#workers/edge/websub";

const config = { YOUTUBE_WEBSUB_SECRET: "a secret of the suite" };
const channelId = `UC${"a".repeat(22)}`;

function edge(confirms: boolean) {
  const asked: string[] = [];
  const deps = {
    config,
    log: () => undefined,
    confirmLease: async (_topic: string, channel: string) => {
      asked.push(channel);
      return confirms;
    },
  };
  const ask = (search: URLSearchParams) => answerQuestion(platform, search, deps, "c");
  return { asked, ask };
}

async function question(ofChannel: string, proof?: string): Promise<URLSearchParams> {
  const address = await callbackAddress("https://bot.example/x", ofChannel, config.YOUTUBE_WEBSUB_SECRET);
  const search = new URL(address).searchParams;
  search.set("hub.mode", "subscribe");
  search.set("hub.topic", topicOf(ofChannel));
  search.set("hub.challenge", "c-1");
  if (proof !== undefined) search.set("proof", proof);
  return search;
}

test("YTL-1 a question at the address we gave is looked up once and answered", async () => {
  const { asked, ask } = edge(true);
  expect(await ask(await question(channelId))).toMatchObject({ status: 200, body: "c-1" });
  expect(asked).toEqual([channelId]);
  expect(await edge(false).ask(await question(channelId))).toMatchObject({ status: 404 });
});

test("YTL-1 a stranger who asks for a thousand channels costs no look-up at all", async () => {
  const { asked, ask } = edge(true);
  for (let count = 0; count < 1000; count++) {
    const topic = `UC${String(count).padStart(22, "0")}`;
    const answer = await ask(await question(topic, count.toString(16).padStart(64, "0")));
    expect(answer.status).toBe(404);
  }
  expect(asked).toEqual([]);
});
