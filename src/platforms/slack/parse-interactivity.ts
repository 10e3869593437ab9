import { componentId } from "#contracts/component-id";
import type { PlatformConfig, Receipt } from "#contracts/platform";
import { answerJson, ignore, receiveEvent, receiveInteractive } from "#platforms/slack/answers";
import { readText } from "#platforms/slack/escape";
import { interactionBase, type Received } from "#platforms/slack/received";
import { whereToAnswer } from "#platforms/slack/response-url";
import { parseJson } from "#platforms/slack/wire";
import * as wire from "#platforms/slack/wire-interactivity";

/**
 * Buttons, menus, shortcuts and modals. Slack reads only what is answered to a modal, so that is the one somebody waits
 * for; all others are stored, acknowledged, and answered through the response_url.
 */
export function parseInteractivity(payload: unknown, received: Received, config: PlatformConfig): Receipt {
  const seen = wire.interactivity.safeParse(payload);
  if (!seen.success) return ignore("unknown interaction");
  const interaction = seen.data;
  if (interaction.user.id === config.SLACK_BOT_USER_ID) return ignore("own message");
  switch (interaction.type) {
    case "block_actions":
      return readAction(interaction, received, config);
    case "view_submission":
      return readSubmission(interaction, received);
    case "message_action":
      return readMessageAction(interaction, received, config);
    case "shortcut":
      return readShortcut(interaction, received);
    case "view_closed":
      return ignore("modal closed");
    case "block_suggestion":
      // We have no menu that asks for its options, and Slack wants a list in any case.
      return { kind: "answer", answer: answerJson({ options: [] }) };
  }
}

function readAction(body: wire.BlockActions, received: Received, config: PlatformConfig): Receipt {
  const [action] = body.actions;
  // A button that only leads to a page tells of its click, too.
  if (!action || !isComponent(action.action_id)) return ignore("unknown component");
  const channel = body.channel?.id ?? originOf(body.view?.private_metadata);
  const value = entered(action);
  const where = whereOf(body, channel);
  return receiveEvent({
    ...interactionBase("action", { ...where, name: nameOf(body) }, received),
    type: action.type === "button" ? "button_click" : "select_menu",
    customId: action.action_id,
    values: value === undefined ? {} : { value: wellFormed(value) },
    ...(channel === undefined
      ? {}
      : { replyTo: whereToAnswer({ ...where, channel, url: body.response_url }, config) }),
  });
}

/** Belongs to the channel it was opened in, which is written in the modal; without one, to the workspace. */
function readSubmission(body: wire.ViewSubmission, received: Received): Receipt {
  if (!isComponent(body.view.callback_id)) return ignore("unknown component");
  const channel = originOf(body.view.private_metadata);
  const fields = Object.values(body.view.state?.values ?? {}).flatMap((block) => Object.entries(block));
  const { triggerId: _, ...where } = whereOf(body, channel);
  const place = channel === undefined ? undefined : { ...where, channel };
  return receiveInteractive({
    ...interactionBase("action", { ...whereOf(body, channel), name: nameOf(body) }, received),
    type: "modal_submit",
    customId: body.view.callback_id,
    values: Object.fromEntries(fields.map(([name, entry]) => [name, wellFormed(entered(entry) ?? "")])),
    ...(place && { replyTo: { kind: "chat", platform: "slack", ...place } }),
  });
}

function readMessageAction(body: wire.MessageAction, received: Received, config: PlatformConfig): Receipt {
  if (!isComponent(body.callback_id)) return ignore("unknown component");
  const { message } = body;
  const where = { ...whereOf(body, body.channel.id), channel: body.channel.id };
  return receiveEvent({
    ...interactionBase("action", { ...where, name: nameOf(body) }, received),
    type: "interaction",
    customId: body.callback_id,
    values: {
      messageId: message.ts,
      text: readText(message.text),
      ...(message.user && { userId: message.user }),
    },
    replyTo: whereToAnswer({ ...where, url: body.response_url }, config),
  });
}

/** What is said about it goes to the person, in the bot's own conversation with them. */
function readShortcut(body: wire.Shortcut, received: Received): Receipt {
  if (!isComponent(body.callback_id)) return ignore("unknown component");
  const where = whereOf(body, undefined);
  const { triggerId } = where;
  return receiveEvent({
    ...interactionBase("action", { ...where, name: nameOf(body) }, received),
    type: "interaction",
    customId: body.callback_id,
    replyTo: {
      kind: "chat",
      platform: "slack",
      channel: body.user.id,
      server: body.team.id,
      ...(triggerId === undefined ? {} : { triggerId }),
    },
  });
}

type Interaction = wire.BlockActions | wire.ViewSubmission | wire.MessageAction | wire.Shortcut;

function whereOf({ team, user, trigger_id }: Interaction, channel: string | undefined) {
  return { server: team.id, channel, user: user.id, triggerId: trigger_id };
}

function nameOf({ user }: Interaction): string {
  return user.username ?? user.name ?? user.id;
}

function isComponent(customId: string): boolean {
  return componentId.safeParse(customId).success;
}

/** The channel we wrote into the modal when it was opened; people cannot change it. */
function originOf(metadata: string | undefined): string | undefined {
  return wire.modalOrigin.safeParse(parseJson(metadata ?? "")).data?.channel;
}

/** What was put in or picked, several things with commas between. */
function entered(entry: wire.Entry): string | undefined {
  const one =
    entry.value ??
    entry.selected_option?.value ??
    entry.selected_user ??
    entry.selected_channel ??
    entry.selected_conversation ??
    entry.selected_date ??
    entry.selected_time ??
    entry.selected_date_time?.toString();
  const several =
    entry.selected_options?.map(({ value }) => value) ??
    entry.selected_users ??
    entry.selected_channels ??
    entry.selected_conversations;
  return one ?? several?.join(",");
}

function wellFormed(value: string): string {
  return value.slice(0, 5000).toWellFormed();
}
