import { Hono } from "hono";
import { stageChannels } from "#simulators/demo";
import type { DiscordSimulator } from "#simulators/discord/simulator";
import { makeEventStream } from "#simulators/event-stream";
import type { KickSimulator } from "#simulators/kick/simulator";
import { parseJson } from "#simulators/parse-json";
import {
  eventInput,
  firstProblem,
  type InputProblem,
  planSay,
  type SayPlan,
  sayInput,
  whyInput,
} from "#simulators/rehearsal-input";
import type { SlackSimulator } from "#simulators/slack/simulator";
import type { RehearsalMessage, Transcript } from "#simulators/transcript";
import type { TwitchSimulator } from "#simulators/twitch/simulator";
import { viewers } from "#simulators/viewers";
import type { YouTubeSimulator } from "#simulators/youtube/simulator";

export interface RehearsalParts {
  twitch: TwitchSimulator;
  slack: SlackSimulator;
  discord: DiscordSimulator;
  kick: KickSimulator;
  youtube: YouTubeSimulator;
  transcript: Transcript;
  overlayUrl?: (() => string | undefined) | undefined;
  /** What the bot made of an event; null when it does not know it. */
  why?: ((eventId: string, entityId: string) => Promise<unknown>) | undefined;
}

const newest = 200;
const stageEntityIds = new Set(stageChannels.map(({ entityId }) => entityId));

/** What the hub's Rehearsal page talks to. It only ever writes through the simulated platforms. */
export function makeRehearsalRoutes(parts: RehearsalParts): Hono {
  const { transcript, twitch } = parts;
  const app = new Hono();
  const refuse = (problem: InputProblem) => Response.json({ error: problem }, { status: 400 });

  app.get("/state", (context) => {
    const overlayUrl = parts.overlayUrl?.();
    return context.json({
      platforms: stageChannels.map(({ platform, channelName }) => ({ name: platform, channelName })),
      viewers: viewers.map(({ id, name, role }) => ({ id, name, role })),
      messages: transcript.list().filter(isOnStage).slice(-newest),
      ...(overlayUrl === undefined ? {} : { overlayUrl }),
    });
  });

  app.get("/stream", () =>
    makeEventStream((send) =>
      transcript.onChange((message) => {
        if (isOnStage(message)) send("message", message);
      }),
    ),
  );

  app.post("/say", async (context) => {
    const input = sayInput.safeParse(parseJson(await context.req.text()));
    if (!input.success) return refuse(firstProblem(input.error));
    const plan = planSay(input.data);
    if ("problem" in plan) return refuse(plan.problem);
    const { eventId, messageId } = say(parts, input.data.viewer, plan);
    return context.json({ eventId, messageId });
  });

  app.post("/event", async (context) => {
    const input = eventInput.safeParse(parseJson(await context.req.text()));
    if (!input.success) return refuse(firstProblem(input.error));
    const { viewer, kind, amount } = input.data;
    const { eventId, messageId } = twitch.startEvent({
      viewer,
      kind,
      ...(amount === undefined ? {} : { amount }),
    });
    return context.json({ eventId, messageId });
  });

  app.get("/why", async (context) => {
    const input = whyInput.safeParse(context.req.query());
    if (!input.success) return refuse(firstProblem(input.error));
    const execution = await parts.why?.(input.data.eventId, input.data.entityId);
    if (execution === undefined || execution === null) {
      return context.json({ error: { message: "The bot has no record of this event yet." } }, 404);
    }
    return Response.json(execution);
  });

  return app;
}

function say(
  { twitch, slack, discord, kick, youtube }: RehearsalParts,
  viewer: string,
  plan: Exclude<SayPlan, { problem: unknown }>,
) {
  const { text } = plan;
  switch (plan.via) {
    case "twitch-chat":
      return twitch.startChat({ viewer, text });
    case "slack-chat":
      return slack.startChat({ viewer, text });
    case "slack-slash":
      return slack.startSlash({ viewer, text });
    case "discord-command":
      return discord.startCommand({ viewer, text });
    case "kick-chat":
      return kick.startChat({ viewer, text });
    case "youtube-chat":
      return youtube.startChat({ viewer, text });
  }
}

/** Load tests use other channels, which nobody watches. */
function isOnStage({ entityId }: RehearsalMessage): boolean {
  return stageEntityIds.has(entityId);
}
