import { remember } from "#simulators/bounded-map";
import { demoIds } from "#simulators/demo";
import { parseJson } from "#simulators/parse-json";
import type { SimulatorSecrets } from "#simulators/secrets";
import type { SlackOutbox } from "#simulators/slack/outbox";
import type { ResponseUrls } from "#simulators/slack/response-urls";
import type { SlackSender } from "#simulators/slack/sender";
import type { OpenModal, SlackViews } from "#simulators/slack/views";
import { requireViewer } from "#simulators/viewers";
import { asSent, type Sent, type World } from "#simulators/world";

export interface Interacted extends Sent {
  responseUrl: string;
  /** What the edge answered. */
  body: string;
}

/** What somebody filled in, by field: text, or what was picked. */
export type Entries = Readonly<Record<string, string | readonly string[]>>;

export interface SlackInteractions {
  click(input: { viewer: string; customId: string; value?: string }): Promise<Interacted>;
  /** `of` is the kind of menu; `static` if absent. */
  choose(input: {
    viewer: string;
    customId: string;
    values: readonly string[];
    of?: "static" | "multi_static" | "users";
  }): Promise<Interacted>;
  shortcut(input: { viewer: string; callbackId: string }): Promise<Interacted>;
  messageShortcut(input: { viewer: string; callbackId: string; text: string }): Promise<Interacted>;
  /** Forms people see now, newest last. */
  modals(): readonly OpenModal[];
  /** Sends a form in. `errors` are those shown beside its fields; without them it closed or changed. */
  submit(input: { viewId: string; entries: Entries }): Promise<Sent & { errors?: Record<string, string> }>;
  close(input: { viewId: string }): Promise<Sent>;
}

export interface InteractionParts {
  world: World;
  secrets: SimulatorSecrets["slack"];
  sender: SlackSender;
  views: SlackViews;
  outbox: SlackOutbox;
  responseUrls: ResponseUrls;
}

/** Buttons, menus, shortcuts and modals, as Slack posts them: once, and nobody tries again. */
export function makeInteractions(parts: InteractionParts): SlackInteractions {
  const { world, secrets, sender, views, outbox, responseUrls } = parts;
  const channel = demoIds.slackChannelId;
  const viewerIds = new Map<string, string>();

  const send = async (
    viewerId: string,
    payload: (urls: { responseUrl: string }) => object,
  ): Promise<Interacted> => {
    const viewer = requireViewer(viewerId);
    remember(viewerIds, viewer.slackId, viewerId);
    const triggerId = views.issueTrigger(viewer.slackId);
    const eventId = `slack:action:${triggerId}`;
    const responseUrl = `${world.url()}/slack/response/${responseUrls.issue(channel, eventId)}`;
    const delivery = await sender.sendInteraction(eventId, {
      team: { id: secrets.teamId, domain: "waddle-demo" },
      user: { id: viewer.slackId, username: viewer.login, name: viewer.login, team_id: secrets.teamId },
      api_app_id: "A0WADDLE01",
      token: "deprecated",
      trigger_id: triggerId,
      ...payload({ responseUrl }),
    });
    return { ...asSent(eventId, delivery), responseUrl, body: delivery.answer?.body ?? "" };
  };

  const act = (viewer: string, action: object) =>
    send(viewer, ({ responseUrl }) => ({
      type: "block_actions",
      container: { type: "message", message_ts: outbox.nextTs(), channel_id: channel, is_ephemeral: false },
      channel: { id: channel, name: "lounge" },
      response_url: responseUrl,
      actions: [{ block_id: "b1", action_ts: outbox.nextTs(), ...action }],
    }));

  const requireModal = (viewId: string) => {
    const modal = views.find(viewId);
    if (!modal) throw new Error(`no form ${viewId} is open`);
    const viewer = viewerIds.get(modal.user) ?? viewerOf(modal.user);
    return { modal, viewer };
  };

  return {
    click: ({ viewer, customId, value }) =>
      act(viewer, { type: "button", action_id: customId, ...(value === undefined ? {} : { value }) }),
    choose: ({ viewer, customId, values, of = "static" }) =>
      act(viewer, { type: `${of}_select`, action_id: customId, ...picked(of, values) }),
    shortcut: ({ viewer, callbackId }) =>
      send(viewer, () => ({ type: "shortcut", callback_id: callbackId, action_ts: outbox.nextTs() })),
    messageShortcut: ({ viewer, callbackId, text }) =>
      send(viewer, ({ responseUrl }) => {
        const ts = outbox.nextTs();
        const message = { type: "message", user: requireViewer("bob").slackId, ts, text };
        const place = { channel: { id: channel, name: "lounge" }, response_url: responseUrl, message_ts: ts };
        return { type: "message_action", callback_id: callbackId, ...place, message };
      }),
    modals: views.modals,
    async submit({ viewId, entries }) {
      const { modal, viewer } = requireModal(viewId);
      const state = { values: stateOf(modal, entries) };
      const view = { id: viewId, team_id: secrets.teamId, ...modal.view, state };
      const { body, responseUrl: _, ...sent } = await send(viewer, () => ({ type: "view_submission", view }));
      if (sent.status !== "delivered") return sent;
      const answer = readAnswer(body);
      if (answer.response_action === "errors" && answer.errors) return { ...sent, errors: answer.errors };
      if (answer.response_action !== "update") views.close(viewId);
      else if (!views.update(viewId, answer.view)) throw new Error("Slack would not show that view");
      outbox.inspect({ text: "", blocks: answer.view });
      return sent;
    },
    async close({ viewId }) {
      const { modal, viewer } = requireModal(viewId);
      views.close(viewId);
      const view = { id: viewId, ...modal.view };
      return send(viewer, () => ({ type: "view_closed", is_cleared: false, view }));
    },
  };
}

function viewerOf(slackId: string): string {
  return ["pia", "mo", "ada", "bob", "zoe"].find((id) => requireViewer(id).slackId === slackId) ?? slackId;
}

function picked(of: string, values: readonly string[]): object {
  const options = values.map((value) => ({ text: { type: "plain_text", text: value }, value }));
  if (of === "users") return { selected_user: values[0] };
  return of === "static" ? { selected_option: options[0] } : { selected_options: options };
}

/** As Slack sends it: block, then action, then what was entered. */
function stateOf({ view }: OpenModal, entries: Entries): Record<string, object> {
  const inputs = view.blocks.filter((block) => block.type === "input");
  return Object.fromEntries(
    inputs.map(({ block_id = "", element }) => {
      const entry = entries[element.action_id];
      const several = typeof entry === "string" || entry === undefined ? undefined : entry;
      const options = several?.map((value) => ({ value }));
      const value = options ? { selected_options: options } : { value: entry ?? null };
      return [block_id, { [element.action_id]: { type: element.type, ...value } }];
    }),
  );
}

interface ModalAnswer {
  response_action?: unknown;
  errors?: Record<string, string>;
  view?: unknown;
}

function readAnswer(body: string): ModalAnswer {
  const parsed = parseJson(body);
  if (typeof parsed !== "object" || parsed === null) return {};
  const { response_action, errors, view }: ModalAnswer = parsed;
  return { response_action, view, ...(errors ? { errors } : {}) };
}
