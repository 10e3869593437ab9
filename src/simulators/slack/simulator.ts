import type { Hono } from "hono";
import { makeEntityId } from "#contracts/ids";
import { remember } from "#simulators/bounded-map";
import type { Delivery } from "#simulators/delivery";
import { demoIds } from "#simulators/demo";
import { parseJson } from "#simulators/parse-json";
import type { SimulatorSecrets } from "#simulators/secrets";
import { makeApiRoutes, type PostMessage } from "#simulators/slack/api-routes";
import { makeSlackOutbox } from "#simulators/slack/outbox";
import * as payloads from "#simulators/slack/payloads";
import { makeResponseUrls, slashAnswer } from "#simulators/slack/response-urls";
import { makeSlackSender } from "#simulators/slack/sender";
import { asBotMessage, type BotMessage } from "#simulators/transcript";
import { requireViewer } from "#simulators/viewers";
import { asSent, type Dispatch, dispatchLine, type Sent, type World } from "#simulators/world";

export interface SlackOptions {
  /** The bot hears its own `chat.postMessage`, marked with its `bot_id`. */
  echoesBot?: boolean;
}

export interface PostInput {
  /** A demo viewer's id. */
  viewer: string;
  text: string;
  /** Another channel than the demo's, for load tests. */
  channel?: string;
  /** Deliver the same post a second time as `app_mention`, under another event id. */
  alsoAsMention?: boolean;
}

export interface SlashInput {
  viewer: string;
  /** What follows `/waddlebot`. */
  text: string;
  channel?: string;
}

export interface SlackSimulator {
  routes: Hono;
  responseRoutes: Hono;
  /** Everything until Slack has its answer, re-sends included. */
  sendChat(input: PostInput): Promise<Sent>;
  /** `responseUrl` lets a test play the bot's later answers. */
  sendSlash(input: SlashInput): Promise<Sent & { responseUrl: string; body: string }>;
  startChat(input: PostInput): Dispatch;
  startSlash(input: SlashInput): Dispatch;
  sendReaction(input: { viewer: string; reaction: string; ts: string }): Promise<Sent>;
  sendMemberJoined(input: { viewer: string }): Promise<Sent>;
  /** True when the edge gave the challenge back. */
  verifyUrl(): Promise<boolean>;
  /** True when the unsigned check was answered with 200. */
  checkTls(): Promise<boolean>;
  messages(): BotMessage[];
  onMessage(listener: (message: BotMessage) => void): () => void;
  /** Messages of the bot that would have woken a whole channel. */
  violations: readonly string[];
}

/** Slack as a bot sees it: Events API and slash commands out, Web API and response_url in. */
export function makeSlackSimulator(
  world: World,
  secrets: SimulatorSecrets["slack"],
  { echoesBot = true }: SlackOptions,
): SlackSimulator {
  const { clock, random, transcript } = world;
  const { teamId } = secrets;
  const sender = makeSlackSender(world, secrets);
  const outbox = makeSlackOutbox(world, teamId);
  const responseUrls = makeResponseUrls(clock, random.fork("response urls"), outbox);
  /** Which event a post caused, so that an answer in its thread is shown under it. */
  const eventIdByTs = new Map<string, string>();

  const sendEvent = (event: object, eventId: string = makeEventId()) =>
    sender.sendEvent(
      eventId,
      payloads.eventCallback(secrets, eventId, Math.floor(clock.now() / 1000), event),
    );
  const makeEventId = () => `Ev${random.letters(9)}`;

  const startChat = ({ viewer: viewerId, text, channel, alsoAsMention }: PostInput) => {
    const viewer = requireViewer(viewerId);
    const ts = outbox.nextTs();
    const post = { channel: channel ?? demoIds.slackChannelId, user: viewer.slackId, text, ts, teamId };
    const slackId = makeEventId();
    const eventId = `slack:${slackId}`;
    remember(eventIdByTs, ts, eventId);
    const delivery = sendEvent(payloads.messageEvent(post), slackId);
    if (alsoAsMention) world.background(sendEvent(payloads.mentionEvent(post)));
    const author = { kind: "viewer" as const, name: viewer.name };
    const entityId = makeEntityId({ platform: "slack", server: teamId, channel: post.channel });
    return dispatchLine(world, { platform: "slack", entityId, author, text, eventId }, delivery);
  };

  const startSlashCall = ({ viewer: viewerId, text, channel = demoIds.slackChannelId }: SlashInput) => {
    const viewer = requireViewer(viewerId);
    const triggerId = `${clock.now()}.${random.int(1e9)}.${random.hex(32)}`;
    const eventId = `slack:cmd:${triggerId}`;
    const token = responseUrls.issue(channel, eventId);
    const responseUrl = `${world.url()}/slack/response/${token}`;
    const form = payloads.slashForm({
      app: secrets,
      channel: { id: channel, name: "lounge" },
      user: { id: viewer.slackId, name: viewer.login },
      text,
      responseUrl,
      triggerId,
    });
    const entityId = makeEntityId({ platform: "slack", server: teamId, channel });
    const delivery = sender.sendForm(eventId, form).then((result) => {
      showInline(token, entityId, result);
      return result;
    });
    const author = { kind: "viewer" as const, name: viewer.name };
    const line = { platform: "slack" as const, entityId, author, text: `/waddlebot ${text}`, eventId };
    return { dispatch: dispatchLine(world, line, delivery), delivery, responseUrl };
  };

  const showInline = (token: string, entityId: string, { status, answer }: Delivery) => {
    if (status !== "delivered" || !answer) {
      const error = answer ? "dispatch_failed" : "operation_timeout";
      const text = `/waddlebot failed with the error "${error}"`;
      const author = { kind: "system" as const, name: "Slackbot" };
      transcript.add({ platform: "slack", entityId, author, text, at: clock.now(), ephemeral: true });
      return;
    }
    const isJson = answer.headers.get("content-type")?.startsWith("application/json");
    const parsed = slashAnswer.safeParse(isJson ? parseJson(answer.body) : { text: answer.body });
    if (parsed.success) responseUrls.answer(token, parsed.data);
  };

  const post = ({ channel, text, thread_ts: threadTs = "" }: PostMessage) => {
    const ts = outbox.say({ channel, text, isEphemeral: false, inReplyTo: eventIdByTs.get(threadTs) });
    if (echoesBot) {
      const echo = payloads.botMessageEvent({ channel, user: secrets.botUserId, text, ts, teamId });
      world.background(sendEvent(echo));
    }
    return ts;
  };

  const isChannel = (id: string) => /^[CGD][A-Z0-9]{2,}$/.test(id);
  return {
    routes: makeApiRoutes({ clock, secrets, isChannel, post }),
    responseRoutes: responseUrls.routes,
    startChat,
    sendChat: (input) => startChat(input).sent,
    startSlash: (input) => startSlashCall(input).dispatch,
    async sendSlash(input) {
      const { dispatch, delivery, responseUrl } = startSlashCall(input);
      const sent = await dispatch.sent;
      return { ...sent, responseUrl, body: (await delivery).answer?.body ?? "" };
    },
    async sendReaction({ viewer, reaction, ts }) {
      const slackId = makeEventId();
      const item = { channel: demoIds.slackChannelId, user: requireViewer(viewer).slackId, ts };
      const event = payloads.reactionEvent(item, reaction, outbox.nextTs());
      return asSent(`slack:${slackId}`, await sendEvent(event, slackId));
    },
    async sendMemberJoined({ viewer }) {
      const slackId = makeEventId();
      const user = requireViewer(viewer).slackId;
      const ts = outbox.nextTs();
      const event = payloads.memberJoinedEvent({ channel: demoIds.slackChannelId, user, ts, teamId });
      return asSent(`slack:${slackId}`, await sendEvent(event, slackId));
    },
    async verifyUrl() {
      const challenge = random.hex(52);
      const payload = { token: "deprecated", challenge, type: "url_verification" };
      const { status, answer } = await sender.sendJsonOnce("url_verification", payload);
      return status === "delivered" && answer !== undefined && carriesChallenge(answer.body, challenge);
    },
    async checkTls() {
      const { answer } = await sender.sendUnsigned("ssl_check", "ssl_check=1&token=deprecated");
      return answer?.status === 200;
    },
    messages: () => transcript.botMessages("slack"),
    onMessage: (listener) =>
      transcript.onChange((line) => {
        if (line.platform === "slack") asBotMessage(line).forEach(listener);
      }),
    violations: outbox.violations,
  };
}

/** As plain text, or as JSON with the one field. */
function carriesChallenge(body: string, challenge: string): boolean {
  if (body.trim() === challenge) return true;
  const parsed = parseJson(body);
  return (
    typeof parsed === "object" && parsed !== null && "challenge" in parsed && parsed.challenge === challenge
  );
}
