import type * as z from "zod";
import { chatUser, platformEvent } from "#contracts/event";
import { makeEntityId } from "#contracts/ids";
import type { PlatformConfig, Receipt, WebhookRequest } from "#contracts/platform";
import { answerMessage, noChoices, noContent, pong } from "#platforms/discord/answers";
import { commandText, typedLine } from "#platforms/discord/command-text";
import * as wire from "#platforms/discord/wire";

const { interactionTypes } = wire;
const epochMs = 1_420_070_400_000;
const permissionBits = { administrator: 1n << 3n, manageMessages: 1n << 13n, moderateMembers: 1n << 40n };

/** A verified interaction in our words. */
export function parse(request: WebhookRequest, config: PlatformConfig): Receipt {
  const body = readJson(request.body);
  if (wire.webhookPing.safeParse(body).success) return { kind: "answer", answer: noContent };
  const told = wire.webhookEvent.safeParse(body).data?.event;
  if (told) return { kind: "ignored", reason: `no use for it yet: ${told.type}`, answer: noContent };
  const type = wire.envelope.safeParse(body).data?.type;
  if (type === interactionTypes.ping) return { kind: "answer", answer: pong };
  const seen = wire.interaction.safeParse(body);
  if (!seen.success) return ignore("unexpected shape");
  const user = userOf(seen.data);
  if (!user) return ignore("no user");
  if (user.isBot || user.id === config.DISCORD_APPLICATION_ID) return ignore("own message");
  if (type === interactionTypes.autocomplete) return readTyping(seen.data, user);
  const specifics = readSpecifics(type, seen.data);
  if (!specifics) return ignore("unknown interaction");
  const event = platformEvent.safeParse({ ...common(seen.data, request), ...specifics });
  return event.success ? { kind: "interactive", event: event.data } : ignore("unfit event");
}

/** Somebody types: whoever looks at nothing useful is shown an empty list, never an error. */
function readTyping(
  { data, guild_id: server = "dm", channel_id: channel }: wire.Interaction,
  actor: Actor,
): Receipt {
  const command = wire.command.safeParse(data).data;
  const line = command && typedLine(command);
  const user = chatUser.safeParse(actor.user).data;
  if (!line || !user) return { kind: "answer", answer: noChoices };
  const entityId = makeEntityId({ platform: "discord", server, channel });
  return { kind: "suggest", entityId, user, ...line };
}

/** What sets this kind of interaction apart; undefined for kinds we do not know. */
function readSpecifics(type: number | undefined, { id, data }: wire.Interaction): object | undefined {
  if (type === interactionTypes.command) {
    const command = wire.command.safeParse(data).data;
    if (!command) return undefined;
    return {
      type: "slashCommand",
      text: commandText(command).slice(0, 5000).toWellFormed(),
      interactionId: id,
    };
  }
  if (type === interactionTypes.component) {
    const component = wire.component.safeParse(data).data;
    return component && readComponent(component);
  }
  if (type === interactionTypes.modal) {
    const modal = wire.modal.safeParse(data).data;
    return modal && readModal(modal);
  }
  return undefined;
}

function readComponent({ custom_id, component_type, values }: z.infer<typeof wire.component>): object {
  const chosen = values === undefined ? {} : { value: values.join(",").slice(0, 5000).toWellFormed() };
  return { type: componentType(component_type), customId: custom_id, values: chosen };
}

/** 2 is a button; 3 and 5 to 8 are the five kinds of select menu. */
function componentType(type: number): "button_click" | "select_menu" | "interaction" {
  if (type === 2) return "button_click";
  return type === 3 || (type >= 5 && type <= 8) ? "select_menu" : "interaction";
}

function readModal({ custom_id, components }: z.infer<typeof wire.modal>): object {
  const inputs = components.flatMap((row) =>
    row.component ? [...row.components, row.component] : row.components,
  );
  const values = inputs.map((input) => [
    input.custom_id,
    (input.value ?? input.values?.join(",") ?? "").slice(0, 5000).toWellFormed(),
  ]);
  return { type: "modal_submit", customId: custom_id, values: Object.fromEntries(values) };
}

function common(interaction: wire.Interaction, request: WebhookRequest) {
  const { id, application_id: applicationId, token, guild_id = "dm", channel_id: channel } = interaction;
  return {
    id: `discord:${id}`,
    platform: "discord",
    entityId: makeEntityId({ platform: "discord", server: guild_id, channel }),
    user: userOf(interaction)?.user,
    receivedAt: request.receivedAt,
    occurredAt: createdAt(id) ?? request.receivedAt,
    correlationId: request.correlationId,
    replyTo: { kind: "interaction", platform: "discord", applicationId, token },
  };
}

interface Actor {
  id: string;
  isBot: boolean;
  user: z.input<typeof chatUser>;
}

function userOf({ member, user: direct }: wire.Interaction): Actor | undefined {
  const user = member?.user ?? direct;
  if (!user) return undefined;
  const { id, username: login, global_name, bot } = user;
  const name = member?.nick ?? global_name ?? login;
  return { id, isBot: bot === true, user: { id, login, name, ...roleOf(member?.permissions) } };
}

/** From the signed body only. Who owns the guild is not in it. */
export function roleOf(permissions = "0"): Pick<z.input<typeof chatUser>, "platformRole"> {
  const held = BigInt(permissions);
  if (held & permissionBits.administrator) return { platformRole: "admin" };
  const moderates = held & (permissionBits.manageMessages | permissionBits.moderateMembers);
  return moderates ? { platformRole: "moderator" } : {};
}

/** A snowflake holds its time of birth in all but its lowest 22 bits. */
export function createdAt(snowflake: string): number | undefined {
  return /^\d{1,20}$/.test(snowflake) ? Number(BigInt(snowflake) >> 22n) + epochMs : undefined;
}

/** Someone looks at this, so it is answered with a sentence only they see. */
function ignore(reason: string): Receipt {
  return { kind: "ignored", reason, answer: answerMessage("Sorry, I do not understand that one.", true) };
}

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    // Signed, yet no JSON: the schema refuses undefined and the request is counted as ignored.
    return undefined;
  }
}
