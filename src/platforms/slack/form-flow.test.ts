import { expect, test } from "vitest";
import type { PlatformEvent } from "#contracts/event";
import type { WebhookRequest } from "#contracts/platform";
import { outboundMessage } from "#contracts/sender";
import { must } from "#lib/must";
import { parse } from "#platforms/slack/parse";
import { reply } from "#platforms/slack/reply";
import { send } from "#platforms/slack/send";
import { verify } from "#platforms/slack/verify";
import { type EdgeRequest, setStage } from "#simulators/testing";
import { anOpenGate } from "#test/fakes/an-open-gate";

test("a button opens a form, a wrong answer is shown beside its field, a right one closes it", async () => {
  const events: PlatformEvent[] = [];
  let isWrong = true;
  await using stage = await setStage(async (request) => {
    const event = must(await receive(request), "event");
    events.push(event);
    if (event.type !== "modal_submit") return new Response();
    const refusal = { ok: false as const, code: "bad_request" as const, message: "words: too short" };
    const result = isWrong
      ? { kind: "refused" as const, refusal }
      : { kind: "replies" as const, replies: [] };
    const { status, body, contentType } = reply(result, event);
    return new Response(body, { status, headers: { "content-type": contentType } });
  });
  const { slack } = stage.simulators;
  const { signingSecret, botToken, teamId } = stage.simulators.secrets.slack;
  const config = {
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_BASE: `${stage.simulators.url}/slack/api`,
    SLACK_RESPONSE_URL_HOST: new URL(stage.simulators.url).host,
  };

  async function receive({ path, headers, body }: EdgeRequest): Promise<PlatformEvent | undefined> {
    const bytes = new TextEncoder().encode(body);
    const request: WebhookRequest = {
      path,
      headers,
      body: bytes,
      receivedAt: Date.now(),
      correlationId: "c",
    };
    expect(await verify(request, config)).toEqual({ ok: true });
    const receipt = parse(request, config);
    if (receipt.kind === "events") return receipt.events[0];
    return receipt.kind === "interactive" ? receipt.event : undefined;
  }

  await slack.interactions.click({ viewer: "ada", customId: "feedback:open:" });
  const target = must(events[0]?.replyTo, "reply target");
  const trigger = target.kind === "response-url" ? target.triggerId : undefined;
  const fields = [
    { name: "words", type: "textarea" as const, label: "Words", required: true },
    { name: "tags", type: "multiselect" as const, label: "Tags", options: ["good", "bad"] },
  ];
  const message = outboundMessage.parse({
    id: "a/b/0",
    entityId: events[0]?.entityId,
    target: { kind: "chat", platform: "slack", channel: "C0LOUNGE01", server: teamId, triggerId: trigger },
    text: "Tell us",
    form: { type: "form", title: "Tell us", fields, submitUrl: "feedback:send:7" },
    correlationId: "c",
  });
  const context = { fetch, config, token: botToken, now: Date.now(), gate: anOpenGate().gate };
  const opened = await send(message, context);
  const viewId = opened.ok ? must(opened.value.platformMessageIds[0], "view id") : expect.fail("not opened");

  const entries = { words: "<!channel>", tags: ["good", "bad"] };
  const submit = () => slack.interactions.submit({ viewId, entries });
  expect(await submit()).toMatchObject({ errors: { words: "words: too short" } });
  isWrong = false;
  expect(await submit()).not.toHaveProperty("errors");
  expect(slack.interactions.modals()).toEqual([]);
  expect(events.at(-1)).toMatchObject({
    type: "modal_submit",
    customId: "feedback:send:7",
    entityId: `slack:${teamId}:C0LOUNGE01`,
    values: { words: "<!channel>", tags: "good,bad" },
  });
  expect(slack.violations).toEqual([]);
});
