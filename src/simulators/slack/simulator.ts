import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { Hono } from "hono";
import { makeEntityId } from "#contracts/ids";
import { remember } from "#simulators/bounded-map";
import type { Delivery } from "#simulators/delivery";
import { demoIds } from "#simulators/demo";
import { parseJson } from "#simulators/parse-json";
import type { SimulatorSecrets } from "#simulators/secrets";
import { makeOpenIdPage } from "#simulators/sign-in-page";
import type { PostMessage } from "#simulators/slack/api-methods";
import { makeApiRoutes } from "#simulators/slack/api-routes";
import { makeInteractions, type SlackInteractions } from "#simulators/slack/interactions";
import { makeSlackOAuthRoutes, type SlackConsent } from "#simulators/slack/oauth-routes";
import { makeSlackOpenId } from "#simulators/slack/open-id";
import { makeSlackOutbox } from "#simulators/slack/outbox";
import * as payloads from "#simulators/slack/payloads";
import { makeResponseUrls, slashAnswer } from "#simulators/slack/response-urls";
import { makeSlackSender } from "#simulators/slack/sender";
import { makeSocketMode, type SlackSocketMode, type SocketModeOptions } from "#simulators/slack/socket-mode";
import { makeSlackTokens, type SlackTokens } from "#simulators/slack/tokens";
import { makeSlackViews } from "#simulators/slack/views";
import { asBotMessage, type BotMessage } from "#simulators/transcript";
import { requireViewer } from "#simulators/viewers";
import { asSent, type Dispatch, dispatchLine, type Sent, type World } from "#simulators/world";

export interface SlackOptions extends SocketModeOptions {
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
  /** The first message of the thread it is said in. */
  threadTs?: string;
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
  /** Where people consent. */
  oauthRoutes: Hono;
  /** Where people sign in. */
  openIdRoutes: Hono;
  filesRoutes: Hono;
  /** False when the path is not the socket's. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): boolean;
  /** Everything until Slack has its answer, re-sends included. */
  sendChat(input: PostInput): Promise<Sent>;
  /** `responseUrl` lets a test play the bot's later answers. */
  sendSlash(input: SlashInput): Promise<Sent & { responseUrl: string; body: string }>;
  startChat(input: PostInput): Dispatch;
  startSlash(input: SlashInput): Dispatch;
  sendReaction(input: { viewer: string; reaction: string; ts: string }): Promise<Sent>;
  sendFile(input: { viewer: string; text: string }): Promise<Sent>;
  sendMemberJoined(input: { viewer: string }): Promise<Sent>;
  sendMemberLeft(input: { viewer: string }): Promise<Sent>;
  interactions: SlackInteractions;
  /** Removes the app: its tokens die, then it is told of both, in no promised order. */
  uninstall(): Promise<Sent[]>;
  /** Tells of a removal only, as when it comes after a new installation. */
  sendUninstalled(): Promise<Sent>;
  /** Slack drops events above its limit and says so. */
  sendRateLimited(): Promise<Sent>;
  /** True when the edge gave the challenge back. */
  verifyUrl(): Promise<boolean>;
  /** True when the unsigned check was answered with 200. */
  checkTls(): Promise<boolean>;
  tokens: SlackTokens;
  consent: SlackConsent;
  socketMode: SlackSocketMode;
  /** Calls of the Web API that Slack carried out, oldest first. */
  calls: readonly { method: string; args: Record<string, unknown> }[];
  /** Bytes that were uploaded, by file id. */
  files: ReadonlyMap<string, string>;
  messages(): BotMessage[];
  onMessage(listener: (message: BotMessage) => void): () => void;
  /** Messages of the bot that would have woken people up. */
  violations: readonly string[];
}

/** Slack as a bot sees it: Events API and slash commands out, Web API and response_url in. */
export function makeSlackSimulator(
  world: World,
  secrets: SimulatorSecrets["slack"],
  options: SlackOptions,
): SlackSimulator {
  const { clock, random, transcript } = world;
  const { teamId } = secrets;
  const { echoesBot = true } = options;
  const socketMode = makeSocketMode(world, options);
  const sender = makeSlackSender(world, secrets, socketMode);
  const outbox = makeSlackOutbox(world, teamId);
  const views = makeSlackViews(clock, random.fork("triggers"));
  const tokens = makeSlackTokens(secrets, clock, random.fork("tokens"));
  const openId = makeSlackOpenId(secrets, random.fork("open id"));
  const consent: SlackConsent = { grants: (scopes) => scopes, isDenied: false };
  const calls: { method: string; args: Record<string, unknown> }[] = [];
  const history: { channel: string; ts: string; user: string; text: string }[] = [];
  const responseUrls = makeResponseUrls(clock, random.fork("response urls"), outbox);
  /** Which event a post caused, so that an answer in its thread is shown under it. */
  const eventIdByTs = new Map<string, string>();

  const sendEvent = (event: object, eventId: string = makeEventId()) =>
    sender.sendEvent(
      eventId,
      payloads.eventCallback(secrets, eventId, Math.floor(clock.now() / 1000), event),
    );
  const makeEventId = () => `Ev${random.letters(9)}`;

  const aPost = (viewerId: string, text: string, channel: string = demoIds.slackChannelId) => {
    const post = { channel, user: requireViewer(viewerId).slackId, text, ts: outbox.nextTs(), teamId };
    history.unshift({ ...post, text: payloads.messageEvent(post).text });
    history.length = Math.min(history.length, 1000);
    return post;
  };

  const startChat = ({ viewer: viewerId, text, channel, alsoAsMention, threadTs }: PostInput) => {
    const viewer = requireViewer(viewerId);
    const post = { ...aPost(viewerId, text, channel), threadTs };
    const { ts } = post;
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
    const triggerId = views.issueTrigger(viewer.slackId);
    const eventId = `slack:cmd:${triggerId}`;
    const token = responseUrls.issue(channel, eventId);
    const responseUrl = `${world.url()}/slack/response/${token}`;
    const fields = payloads.slashFields({
      app: secrets,
      channel: { id: channel, name: "lounge" },
      user: { id: viewer.slackId, name: viewer.login },
      text,
      responseUrl,
      triggerId,
    });
    const entityId = makeEntityId({ platform: "slack", server: teamId, channel });
    const delivery = sender.sendCommand(eventId, fields).then((result) => {
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

  const post = ({ channel, text, blocks, linksNames, user, thread_ts: threadTs = "" }: PostMessage) => {
    const inReplyTo = eventIdByTs.get(threadTs);
    const isEphemeral = user !== undefined;
    const ts = outbox.say({ channel, text, blocks, linksNames: linksNames ?? false, isEphemeral, inReplyTo });
    if (echoesBot && !isEphemeral) {
      const echo = payloads.botMessageEvent({ channel, user: secrets.botUserId, text, ts, teamId });
      world.background(sendEvent(echo));
    }
    return ts;
  };

  const sendPlain = async (event: object): Promise<Sent> => {
    const slackId = makeEventId();
    return asSent(`slack:${slackId}`, await sendEvent(event, slackId));
  };

  const sendMembership = (type: "member_joined_channel" | "member_left_channel", viewer: string) => {
    const { slackId: user } = requireViewer(viewer);
    const where = { channel: demoIds.slackChannelId, user, ts: outbox.nextTs(), teamId };
    return sendPlain(payloads.membershipEvent(type, where));
  };

  const files = new Map<string, string>();
  const filesRoutes = new Hono();
  filesRoutes.post("/upload/:id", async (context) => {
    files.set(context.req.param("id"), Buffer.from(await context.req.arrayBuffer()).toString("utf8"));
    return context.text("OK");
  });

  const isChannel = (id: string) => /^[CGD][A-Z0-9]{2,}$/.test(id);
  return {
    routes: makeApiRoutes({
      clock,
      random: random.fork("api"),
      secrets,
      tokens,
      openId,
      outbox,
      views,
      botUserId: secrets.botUserId,
      isChannel,
      post,
      history: (channel) => history.filter((one) => one.channel === channel),
      filesUrl: () => `${world.url()}/slack/files`,
      openSocketUrl: () => socketMode.open(),
      onCall: (method, args) => calls.push({ method, args }),
    }),
    responseRoutes: responseUrls.routes,
    oauthRoutes: makeSlackOAuthRoutes(secrets, tokens, consent),
    openIdRoutes: makeOpenIdPage(secrets.clientId, openId.issueCode),
    filesRoutes,
    upgrade: (request, stream, head) => socketMode.upgrade(request, stream, head),
    interactions: makeInteractions({ world, secrets, sender, views, outbox, responseUrls }),
    tokens,
    consent,
    socketMode,
    calls,
    files,
    startChat,
    sendChat: (input) => startChat(input).sent,
    startSlash: (input) => startSlashCall(input).dispatch,
    async sendSlash(input) {
      const { dispatch, delivery, responseUrl } = startSlashCall(input);
      const sent = await dispatch.sent;
      return { ...sent, responseUrl, body: (await delivery).answer?.body ?? "" };
    },
    sendReaction({ viewer, reaction, ts }) {
      const item = { channel: demoIds.slackChannelId, user: requireViewer(viewer).slackId, ts };
      return sendPlain(payloads.reactionEvent(item, reaction, outbox.nextTs()));
    },
    sendFile: ({ viewer, text }) =>
      sendPlain(payloads.fileEvent(aPost(viewer, text), `F${random.letters(9)}`)),
    sendMemberJoined: ({ viewer }) => sendMembership("member_joined_channel", viewer),
    sendMemberLeft: ({ viewer }) => sendMembership("member_left_channel", viewer),
    uninstall() {
      tokens.revokeAll();
      const revoked = { type: "tokens_revoked", tokens: { oauth: [], bot: [secrets.botUserId] } };
      return Promise.all([sendPlain(revoked), sendPlain({ type: "app_uninstalled" })]);
    },
    sendUninstalled: () => sendPlain({ type: "app_uninstalled" }),
    async sendRateLimited() {
      const minute = Math.floor(clock.now() / 60_000) * 60;
      const payload = { type: "app_rate_limited", team_id: teamId, minute_rate_limited: minute };
      return asSent("", await sender.sendJsonOnce("app_rate_limited", payload));
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
