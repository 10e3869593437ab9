import { expect, test } from "vitest";
import type { PlatformEvent } from "#contracts/event";
import { moduleResult } from "#contracts/module";
import { refuse, succeed } from "#contracts/outcome";
import type { ModuleResponseInput } from "#contracts/response";
import { manifests } from "#modules/manifests";
import { inChannel } from "#test/fakes/channel-life.workerd";
import { aChatEvent } from "#test/fakes/events";

const form: ModuleResponseInput = {
  type: "form",
  title: "Tell us",
  fields: [{ name: "words", type: "text", label: "Words" }],
  submitUrl: "feedback:send:",
};
const says = (...responses: ModuleResponseInput[]) => ({
  invoke: async () => succeed(moduleResult.parse({ responses })),
});
const chat = { kind: "chat" as const, platform: "slack", channel: "C1", server: "T1", user: "U1" };

function slash(replyTo: PlatformEvent["replyTo"]): PlatformEvent {
  return { ...aChatEvent({ text: "!ping" }), type: "slashCommand", replyTo };
}

test("a form goes to whoever asked, where a trigger came with it, beside the words of the answer", () =>
  inChannel(
    async ({ channel, settled, seen }) => {
      const url = "https://hooks.slack.com/commands/1";
      const place = { platform: "slack", channel: "C1", server: "T1", triggerId: "1.2.3" };
      const event = slash({ kind: "response-url", url, ...place });
      const answer = await channel.process(event.entityId, event, 2000);
      expect(answer).toMatchObject({ kind: "replies", replies: [{ text: "here" }] });
      await settled();
      expect(seen.carried).toMatchObject([
        {
          kind: "chat",
          message: {
            target: { kind: "chat", ...place },
            text: "Tell us",
            form: { submitUrl: "feedback:send:" },
          },
        },
      ]);
    },
    says({ type: "chat", text: "here" }, form),
  ));

test("a form that goes to an address of its own is the overlay's, trigger or not", () =>
  inChannel(
    async ({ channel, settled, seen }) => {
      const event = slash({ ...chat, triggerId: "1.2.3" });
      await channel.process(event.entityId, event, 2000);
      await settled();
      expect(seen.carried.map(({ kind }) => kind)).toEqual(["overlay"]);
    },
    says({ ...form, submitUrl: "https://a.example/form" }),
  ));

test("without a trigger a form is the overlay's", () =>
  inChannel(async ({ channel, settled, seen }) => {
    const event = slash(chat);
    await channel.process(event.entityId, event, 2000);
    await settled();
    expect(seen.carried.map(({ kind }) => kind)).toEqual(["overlay"]);
  }, says(form)));

test("of the answer to a form, what is for all goes into the channel and the rest to its sender", () =>
  inChannel(
    async ({ channel, settled, seen }) => {
      const asked: PlatformEvent = {
        ...aChatEvent({ text: "" }),
        type: "modal_submit",
        customId: "core:about:",
        values: {},
        replyTo: chat,
      };
      const answer = await channel.process(asked.entityId, asked, 2000);
      await settled();
      expect(answer).toEqual({
        kind: "replies",
        replies: [{ type: "chat", text: "thanks", ephemeral: true }],
      });
      expect(seen.carried).toMatchObject([{ message: { target: chat, text: "Bob wrote" } }]);
    },
    {
      manifests,
      ...says({ type: "chat", text: "Bob wrote" }, { type: "chat", text: "thanks", ephemeral: true }),
    },
  ));

test("what a module has against a form is a refusal, and said nowhere else", () =>
  inChannel(
    async ({ channel, settled, seen }) => {
      const asked: PlatformEvent = {
        ...aChatEvent({ text: "" }),
        type: "modal_submit",
        customId: "core:about:",
        values: { words: "hi" },
        replyTo: chat,
      };
      const refusal = { code: "bad_request", message: "words: too short" };
      expect(await channel.process(asked.entityId, asked, 2000)).toMatchObject({ kind: "refused", refusal });
      await settled();
      expect(seen.carried).toEqual([]);
    },
    { manifests, invoke: async () => refuse("bad_request", { message: "words: too short" }) },
  ));

test("somebody who waits for an answer in a channel that is nobody's is told so", () =>
  inChannel(
    async ({ channel }) => {
      const event = slash(chat);
      expect(await channel.process(event.entityId, event, 2000)).toMatchObject({
        kind: "refused",
        refusal: { message: expect.stringContaining("not set up") },
      });
    },
    { loadConfig: async () => null },
  ));

test("an interaction is answered with the form itself, once, and a form that answers a form goes to the overlay", () =>
  inChannel(async ({ channel, settled, seen }) => {
    const asked = slash({ kind: "interaction", platform: "discord", applicationId: "1", token: "t" });
    const answer = await channel.process(asked.entityId, asked, 2000);
    expect(answer).toMatchObject({ kind: "replies", replies: [], form: { submitUrl: "feedback:send:" } });
    await settled();
    expect(seen.carried).toEqual([]);
    const sent: PlatformEvent = {
      ...asked,
      id: "discord:2",
      type: "modal_submit",
      customId: "core:x",
      values: {},
    };
    await channel.process(sent.entityId, sent, 2000);
    await settled();
    expect(seen.carried.some(({ kind }) => kind === "chat")).toBe(false);
  }, says(form)));
