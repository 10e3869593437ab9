import type { Hono } from "hono";
import type { Delivery } from "#simulators/delivery";
import { demoIds } from "#simulators/demo";
import { type CommandBook, makeCommandBook } from "#simulators/discord/command-routes";
import { type Deed, makeGuildRoutes } from "#simulators/discord/guild-routes";
import { makeInteractions } from "#simulators/discord/interactions";
import { makeDiscordOAuth } from "#simulators/discord/oauth-routes";
import { discordEntity, makeDiscordOutbox } from "#simulators/discord/outbox";
import * as payloads from "#simulators/discord/payloads";
import { makeRestRoutes } from "#simulators/discord/rest-routes";
import { type BadSignatureProbes, makeDiscordSender } from "#simulators/discord/sender";
import { makeSnowflakes } from "#simulators/discord/snowflake";
import { type InteractionAnswer, interactionAnswer } from "#simulators/discord/wire";
import { parseJson } from "#simulators/parse-json";
import type { SimulatorSecrets } from "#simulators/secrets";
import { asBotMessage, type BotMessage } from "#simulators/transcript";
import { requireViewer } from "#simulators/viewers";
import { type Dispatch, dispatchLine, type Sent, type World } from "#simulators/world";

export interface DiscordOptions {
  /** A bad signature comes about this often, between half and one and a half times as many requests. */
  probeEvery?: number;
}

interface From {
  /** A demo viewer's id. */
  viewer: string;
  /** Another channel than the demo's, for load tests. */
  channelId?: string;
}

export interface Interacted extends Sent {
  /** For follow-ups. */
  token: string;
  /** The bot's first answer, when it was one Discord understands. */
  answer?: InteractionAnswer;
}

type Options = { name: string; options: payloads.CommandOption[] };

export interface DiscordSimulator {
  routes: Hono;
  /** What Discord does when the endpoint is saved: a PING, and a bad signature that must be refused. */
  verifyEndpoint(): Promise<boolean>;
  /** A line of chat as a slash command: `!quote add x` is the command `quote` with the option `text`. */
  sendCommand(input: From & { text: string }): Promise<Interacted>;
  startCommand(input: From & { text: string }): Dispatch<Interacted>;
  sendSlash(input: From & Options): Promise<Interacted>;
  sendAutocomplete(input: From & Options): Promise<Interacted>;
  /** Without `values` a button, with them a select menu. */
  sendComponent(input: From & { customId: string; values?: string[] }): Promise<Interacted>;
  sendModal(input: From & { customId: string; fields: Record<string, string> }): Promise<Interacted>;
  badSignatureProbes: Readonly<BadSignatureProbes>;
  messages(): BotMessage[];
  onMessage(listener: (message: BotMessage) => void): () => void;
  /** The native commands the bot registered. */
  commands: Pick<CommandBook, "list" | "writes">;
  /** What the bot did to people and messages. */
  deeds: readonly Deed[];
  /** Messages of the bot that did not forbid mentions. */
  violations: readonly string[];
}

/** Discord as a bot without a socket sees it: interactions out, REST in. */
export function makeDiscordSimulator(
  world: World,
  secrets: SimulatorSecrets["discord"],
  { probeEvery = 100 }: DiscordOptions,
): DiscordSimulator {
  const { clock, random, transcript } = world;
  const makeId = makeSnowflakes(clock, random.fork("snowflakes"));
  const sender = makeDiscordSender(world, secrets, probeEvery);
  const outbox = makeDiscordOutbox(world, secrets.applicationId, makeId);
  const interactions = makeInteractions(clock, outbox);
  const commandBook = makeCommandBook(secrets.applicationId, makeId);
  const guild = makeGuildRoutes({ outbox, makeId, now: () => clock.now() });
  const commandIds = new Map<string, string>();
  const commandId = (name: string) => {
    const id = commandIds.get(name) ?? makeId();
    commandIds.set(name, id);
    return id;
  };
  const eventOf = (messageId: string) =>
    outbox.show(messageId) &&
    transcript.list().find((line) => line.platformMessageId === messageId)?.inReplyTo;

  const start = (
    { viewer: viewerId, channelId = demoIds.discordChannelId }: From,
    text: string,
    makePayload: (base: payloads.InteractionBase) => object,
  ): Dispatch<Interacted> => {
    const viewer = requireViewer(viewerId);
    const base = {
      id: makeId(),
      token: random.hex(64),
      applicationId: secrets.applicationId,
      channelId,
      viewer,
    };
    const eventId = `discord:${base.id}`;
    const entityId = discordEntity(channelId);
    interactions.open({ ...base, eventId });
    const delivery = sender.send(base.id, makePayload(base)).then((result) => {
      const answer = settle(base.token, result, entityId);
      return { ...result, interaction: answer };
    });
    const author = { kind: "viewer" as const, name: viewer.name };
    const line = dispatchLine(world, { platform: "discord", entityId, author, text, eventId }, delivery);
    const sent = Promise.all([line.sent, delivery]).then(([result, { interaction }]) => ({
      ...result,
      token: base.token,
      ...(interaction ? { answer: interaction } : {}),
    }));
    world.background(sent);
    return { ...line, sent };
  };

  /** 202 without a body means the answer came through the callback endpoint instead. */
  const settle = (
    token: string,
    { status, answer }: Delivery,
    entityId: string,
  ): InteractionAnswer | undefined => {
    const parsed = interactionAnswer.safeParse(
      status === "delivered" && answer ? parseJson(answer.body) : undefined,
    );
    if (parsed.success) {
      interactions.answer(token, parsed.data);
      return parsed.data;
    }
    const isAnswered = interactions.isAnswered(token);
    interactions.expire(token);
    if (isAnswered) return undefined;
    const author = { kind: "system" as const, name: "Discord" };
    const text = "The application did not respond";
    transcript.add({ platform: "discord", entityId, author, text, at: clock.now(), ephemeral: true });
    return undefined;
  };

  const startCommand = ({ text, ...from }: From & { text: string }) => {
    const { name, options } = parseChatLine(text);
    return start(from, text, (base) =>
      payloads.commandInteraction(base, { id: commandId(name), name, options }),
    );
  };

  return {
    routes: makeRestRoutes({
      clock,
      secrets,
      outbox,
      interactions,
      eventOf,
      commandBook,
      guildRoutes: guild.routes,
      oauth: makeDiscordOAuth(secrets, random.fork("oauth")),
    }),
    commands: commandBook,
    deeds: guild.deeds,
    async verifyEndpoint() {
      const id = makeId();
      const ping = payloads.pingInteraction(id, secrets.applicationId);
      const { status, answer } = await sender.send(id, ping);
      const parsed = interactionAnswer.safeParse(answer && parseJson(answer.body));
      const isPong = status === "delivered" && parsed.success && parsed.data.type === 1;
      return (await sender.probe(id, ping)) && isPong;
    },
    startCommand,
    sendCommand: (input) => startCommand(input).sent,
    sendSlash: ({ name, options, ...from }) =>
      start(from, `/${name}`, (base) =>
        payloads.commandInteraction(base, { id: commandId(name), name, options }),
      ).sent,
    sendAutocomplete: ({ name, options, ...from }) =>
      start(from, `/${name} …`, (base) =>
        payloads.autocompleteInteraction(base, { id: commandId(name), name, options }),
      ).sent,
    sendComponent: ({ customId, values, ...from }) =>
      start(from, `[${customId}]`, (base) => payloads.componentInteraction(base, customId, values)).sent,
    sendModal: ({ customId, fields, ...from }) =>
      start(from, `[${customId}]`, (base) => payloads.modalInteraction(base, customId, fields)).sent,
    badSignatureProbes: sender.badSignatureProbes,
    messages: () => transcript.botMessages("discord"),
    onMessage: (listener) =>
      transcript.onChange((line) => {
        if (line.platform === "discord" && !line.isPending) asBotMessage(line).forEach(listener);
      }),
    violations: outbox.violations,
  };
}

/** `!quote add x` and `/quote add x` → the command `quote` with everything else in one option. */
function parseChatLine(line: string): Options {
  const [, name, rest = ""] = /^[!/](\S+)\s*(.*)$/s.exec(line) ?? [];
  if (!name) throw new Error(`not a command: "${line}"`);
  const options: payloads.CommandOption[] = rest ? [{ name: "text", type: 3, value: rest }] : [];
  return { name: name.toLowerCase(), options };
}
