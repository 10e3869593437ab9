import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { channelConfig } from "#contracts/channel-config";
import type { PlatformEvent } from "#contracts/event";
import { refuse } from "#contracts/outcome";
import { parse } from "#platforms/slack/parse";
import { parseFrame } from "#platforms/slack/parse-frame";
import { reply } from "#platforms/slack/reply";
import { probe } from "#platforms/slack/testing";
import { plan } from "#router/plan";
import { readModal } from "#simulators/slack/block-limits";
import messageFixture from "./fixtures/message.json" with { type: "json" };
import messageActionFixture from "./fixtures/message_action.json" with { type: "json" };
import slashFixture from "./fixtures/slash-command.json" with { type: "json" };
import unknownFixture from "./fixtures/slash-command-unknown.json" with { type: "json" };
import revokedFixture from "./fixtures/tokens_revoked.json" with { type: "json" };
import bareModalFixture from "./fixtures/view_submission.json" with { type: "json" };
import modalFixture from "./fixtures/view_submission-opened-here.json" with { type: "json" };

const now = Date.UTC(2026, 4, 20, 12, 0, 0);
const read = (payload: unknown) => parse(probe.sign(probe.encode(payload), now), probe.config);

function eventOf(payload: unknown): PlatformEvent {
  const receipt = read(payload);
  return receipt.kind === "interactive" ? receipt.event : expect.fail(`not interactive: ${receipt.kind}`);
}

function bodyOf(result: Parameters<typeof reply>[0], payload: unknown): unknown {
  return JSON.parse(reply(result, eventOf(payload)).body);
}

describe("an unknown command", () => {
  /** What the planner really says, so that its words and ours cannot part unnoticed. */
  function planned(event: PlatformEvent) {
    const community = { id: 1, slug: "demo", name: "Demo" };
    const lists = { commands: [], modules: {}, roles: {}, entityIds: [] };
    const config = channelConfig.parse({
      version: 1,
      entityId: event.entityId,
      isActive: true,
      community,
      ...lists,
    });
    const nothing = { hit: undefined, shadows: [] };
    const state = { cooldownLeftMs: () => 0, limitLeftMs: () => 0, matchRules: () => nothing };
    const decided = plan(event, config, [], state);
    return decided.kind === "refuse" ? decided.refusal : expect.fail("it was not refused");
  }

  test.each([
    ["foo", "foo"],
    ["FOO bar", "FOO"],
    ["<!channel>", "&lt;!channel&gt;"],
  ])("SLK-3 /waddlebot %s is told where help is", (text, shown) => {
    const payload = { ...unknownFixture, text: text.replaceAll("<", "&lt;").replaceAll(">", "&gt;") };
    expect(bodyOf({ kind: "refused", refusal: planned(eventOf(payload)) }, payload)).toEqual({
      response_type: "ephemeral",
      text: `Unknown command: ${shown}. Use \`/waddlebot help\`.`,
    });
  });

  test("is not what a module says of what it does not find", () => {
    const refusal = refuse("not_found", { message: "There is no quote 99." });
    expect(bodyOf({ kind: "refused", refusal }, slashFixture)).toMatchObject({
      text: "There is no quote 99.",
    });
  });
});

describe("a form that was sent in", () => {
  const refused = (message: string) => ({
    kind: "refused" as const,
    refusal: refuse("bad_request", { message }),
  });

  test("with something wrong shows it beside the field it names, else the first", () => {
    const errors = (message: string) => bodyOf(refused(message), modalFixture);
    expect(errors("day: is in the past")).toEqual({
      response_action: "errors",
      errors: { day: "day: is in the past" },
    });
    expect(errors("Not now.")).toEqual({ response_action: "errors", errors: { words: "Not now." } });
  });

  test("without fields shows it in the form's place", () => {
    const empty = { payload: { ...bareModalFixture.payload, view: { callback_id: "feedback:send:" } } };
    const body = bodyOf(refused("Not now."), empty);
    expect(body).toMatchObject({ response_action: "update" });
    expect(readModal(JSON.parse(JSON.stringify(body)).view)).toMatchObject({ ok: true });
  });

  test("closes when nothing is to be said or it takes longer, and shows words to its sender", () => {
    expect(reply({ kind: "deferred" }, eventOf(modalFixture)).body).toBe("");
    expect(reply({ kind: "replies", replies: [] }, eventOf(modalFixture)).body).toBe("");
    const replies = [{ type: "chat" as const, text: "Thank you! <3", ephemeral: true }];
    const body = bodyOf({ kind: "replies", replies }, modalFixture);
    expect(body).toMatchObject({
      response_action: "update",
      view: { blocks: [{ text: { text: "Thank you! &lt;3" } }] },
    });
  });

  test("belongs to the channel it was opened in, which nobody but Slack can have written", () => {
    expect(eventOf(modalFixture).entityId).toBe("slack:T1:C1");
    const { view } = modalFixture.payload;
    for (const private_metadata of ["", "C1", '{"channel":7}', '{"channel":"C 1"}', "{".repeat(5000)]) {
      const odd = { payload: { ...modalFixture.payload, view: { ...view, private_metadata } } };
      const receipt = read(odd);
      if (receipt.kind === "interactive") expect(receipt.event.entityId).toBe("slack:T1");
      else expect(receipt.kind).toBe("ignored");
    }
  });
});

test("a dead bot token is told of with its team; a person's own is not ours", () => {
  expect(read(revokedFixture)).toMatchObject({ kind: "revoked", target: "T1", topic: "tokens_revoked" });
});

describe("socket mode", () => {
  const frame = (type: string, payload: unknown) => ({
    platform: "slack",
    connection: "socket",
    id: "e1",
    receivedAt: now,
    raw: JSON.stringify({ type, payload }),
  });

  test("the same payload is the same event as by webhook, its correlation apart", () => {
    const same = (event: PlatformEvent | undefined) => ({ ...event, correlationId: "" });
    const [said] = parseFrame(frame("events_api", messageFixture), probe.config);
    const byWebhook = read(messageFixture);
    expect(same(said)).toEqual(same(byWebhook.kind === "events" ? byWebhook.events[0] : undefined));
    const [command] = parseFrame(frame("slash_commands", slashFixture), probe.config);
    expect(same(command)).toEqual(same(eventOf(slashFixture)));
    const [kept] = parseFrame(frame("interactive", messageActionFixture.payload), probe.config);
    expect(kept).toMatchObject({ customId: "memories:keep:", values: { text: "fish & chips" } });
  });

  test("a foreign response_url is not taken over from a frame either", () => {
    const evil = { ...slashFixture, response_url: "https://evil.example/" };
    const [event] = parseFrame(frame("slash_commands", evil), probe.config);
    expect(event?.replyTo?.kind).toBe("chat");
  });

  test("a command without trigger is known by its frame", () => {
    const { trigger_id: _, ...fields } = slashFixture;
    expect(parseFrame(frame("slash_commands", fields), probe.config)[0]?.id).toBe("slack:cmd:e1");
  });

  test("any frame is read without an exception", () => {
    const types = fc.constantFrom("events_api", "slash_commands", "interactive", "hello");
    fc.assert(
      fc.property(types, fc.jsonValue(), fc.string(), (type, payload, raw) => {
        expect(Array.isArray(parseFrame(frame(type, payload), probe.config))).toBe(true);
        expect(parseFrame({ ...frame(type, payload), raw }, probe.config)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
