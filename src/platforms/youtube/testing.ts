import * as z from "zod";
import type { SendContext } from "#contracts/platform";
import type { ActionContext } from "#contracts/platform-action";
import type { Stage } from "#simulators/testing";
import { youtubeChannelOf } from "#simulators/youtube/channel-of";
import { anOpenGate } from "#test/fakes/an-open-gate";

const channel = youtubeChannelOf("pia");

/** The bot on a stage: its token, and the simulators' addresses. */
export function testBot(stage: Stage): ActionContext & SendContext {
  const { youtube } = stage.simulators.secrets;
  return {
    fetch: (input, init) => fetch(input, init),
    config: {
      YOUTUBE_WEBSUB_SECRET: youtube.websubSecret,
      YOUTUBE_API_BASE: `${stage.simulators.url}/youtube/v3`,
      YOUTUBE_AUTH_BASE: `${stage.simulators.url}/youtube/oauth2`,
      YOUTUBE_HUB_URL: `${stage.simulators.url}/youtube/hub/subscribe`,
      YOUTUBE_CLIENT_ID: youtube.clientId,
      YOUTUBE_CLIENT_SECRET: youtube.clientSecret,
      YOUTUBE_BOT_CHANNEL_ID: youtube.botChannelId,
    },
    token: youtube.botToken,
    account: youtube.botChannelId,
    server: channel,
    channel: undefined,
    id: "1",
    now: Date.now(),
    gate: anOpenGate().gate,
  };
}

const said = z.object({
  snippet: z.object({ textMessageDetails: z.object({ messageText: z.string() }) }),
});

/** What the contract suite needs to speak in a live chat; the notifications carry no event it could read. */
export const probe = {
  config: { YOUTUBE_API_BASE: "https://youtube.test/v3" },
  message: {
    id: "youtube:1/core/0",
    entityId: "youtube:UC1",
    target: { kind: "chat" as const, platform: "youtube", channel: "chat-1", server: "UC1" },
    text: "Hello & welcome!",
    ephemeral: false,
    priority: "reply" as const,
    correlationId: "suite",
  },
  answers: {
    sent: () => Response.json({ id: "line-2" }),
    limited: {
      make: () => new Response("{}", { status: 429, headers: { "retry-after": "7" } }),
      now: 1_779_278_400_000,
      retryAfterMs: 7000,
    },
  },
  /** The API takes no commands and rings for nobody; a line must stay one line. */
  isHarmless(init: RequestInit | undefined) {
    return !/[\r\n]/.test(this.textOf(init) ?? "\n");
  },
  textOf(init: RequestInit | undefined) {
    return said.parse(JSON.parse(String(init?.body))).snippet.textMessageDetails.messageText;
  },
};
