import type { SendContext } from "#contracts/platform";
import type { ActionContext } from "#contracts/platform-action";
import type { Stage } from "#simulators/testing";
import { youtubeChannelOf } from "#simulators/youtube/simulator";
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
