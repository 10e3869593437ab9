import type * as z from "zod";
import { makeEntityId } from "#contracts/ids";
import type { PlatformConfig, Receipt, WebhookRequest } from "#contracts/platform";
import { ignore, receiveEvent } from "#platforms/slack/answers";
import { requestKey, whereToAnswer } from "#platforms/slack/response-url";
import * as wire from "#platforms/slack/wire";

/** Buttons, menus and modals. Slack ignores the text of the answer here, so replies go to the response_url. */
export function parseInteractivity(
  payload: string,
  request: WebhookRequest,
  config: PlatformConfig,
): Receipt {
  const seen = wire.interactivity.safeParse(wire.parseJson(payload));
  if (!seen.success) return ignore("unknown interaction");
  if (seen.data.user.id === config.SLACK_BOT_USER_ID) return ignore("own message");
  if (seen.data.type === "view_submission") return readSubmission(seen.data, request);
  return readAction(seen.data, request, config);
}

function readAction(
  body: z.infer<typeof wire.blockActions>,
  request: WebhookRequest,
  config: PlatformConfig,
): Receipt {
  const [action] = body.actions;
  if (!action) return ignore("unknown interaction");
  const server = body.team.id;
  const channel = body.channel.id;
  const picked = action.selected_options?.map((option) => option.value).join(",");
  const value = action.value ?? action.selected_option?.value ?? picked;
  return receiveEvent({
    ...common(body, request),
    type: action.type === "button" ? "button_click" : "select_menu",
    entityId: makeEntityId({ platform: "slack", server, channel }),
    replyTo: whereToAnswer({ url: body.response_url, channel, server }, config),
    customId: action.action_id,
    values: value === undefined ? {} : { value: value.slice(0, 5000).toWellFormed() },
  });
}

/** A modal belongs to no channel; its event goes to the workspace. */
function readSubmission(body: z.infer<typeof wire.viewSubmission>, request: WebhookRequest): Receipt {
  const fields = Object.values(body.view.state.values).flatMap((block) => Object.entries(block));
  const values = fields.map(([name, { value }]) => [name, (value ?? "").slice(0, 5000).toWellFormed()]);
  return receiveEvent({
    ...common(body, request),
    type: "modal_submit",
    entityId: makeEntityId({ platform: "slack", server: body.team.id }),
    customId: body.view.callback_id,
    values: Object.fromEntries(values),
  });
}

type Interaction = z.infer<typeof wire.interactivity>;

function common({ user, trigger_id }: Pick<Interaction, "user" | "trigger_id">, request: WebhookRequest) {
  const login = user.username ?? user.name ?? user.id;
  return {
    id: `slack:action:${requestKey(trigger_id, request)}`,
    platform: "slack",
    user: { id: user.id, login, name: user.name ?? login },
    receivedAt: request.receivedAt,
    occurredAt: request.receivedAt,
    correlationId: request.correlationId,
  };
}
