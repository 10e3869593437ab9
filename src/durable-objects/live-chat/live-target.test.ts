import { expect, test } from "vitest";
import type { OutboundMessage } from "#contracts/sender";
import { intoLiveChat } from "#durable-objects/live-chat/live-target";
import type { LiveStatus } from "#durable-objects/live-chat/reader-state";

const entityId = "youtube:UC1";
const live: LiveStatus = {
  broadcastId: "vid00000001",
  chatId: "chat-1",
  title: "Live!",
  startedAt: 1,
  how: "stream",
  lastPageAt: null,
  problem: null,
};
const message = (target: Partial<Extract<OutboundMessage["target"], { kind: "chat" }>>): OutboundMessage => ({
  id: "timer:1:2/timer/0",
  entityId,
  target: { kind: "chat", platform: "youtube", channel: "UC1", ...target },
  text: "Drink some water",
  ephemeral: false,
  priority: "timer",
  correlationId: "c",
});
const status = (...chats: LiveStatus[]) => {
  const asked: string[] = [];
  const statusOf = async (id: string) => {
    asked.push(id);
    return { live: chats, problem: null };
  };
  return { asked, statusOf };
};

test("what is meant for the channel goes into the chat that is live at that moment", async () => {
  const { asked, statusOf } = status(live, { ...live, chatId: "chat-older" });
  expect(await intoLiveChat(message({}), statusOf)).toEqual({
    ok: true,
    value: message({ channel: "chat-1", server: "UC1" }),
  });
  expect(asked).toEqual([entityId]);
});

test("a broadcast without a chat is passed over; without any the refusal is final and says why", async () => {
  const off = { ...live, chatId: null };
  expect(await intoLiveChat(message({}), status(off, live).statusOf)).toMatchObject({ ok: true });
  for (const { statusOf } of [status(), status(off)]) {
    const refusal = await intoLiveChat(message({}), statusOf);
    expect(refusal).toMatchObject({ code: "not_found", message: expect.stringContaining("not live") });
  }
});

test("a reader that does not answer is asked again later, and nothing was said", async () => {
  const refusal = await intoLiveChat(message({}), () => Promise.reject(new Error("away")));
  expect(refusal).toMatchObject({ code: "unavailable" });
});

test("a reply, and every other platform, goes where it says without a look", async () => {
  const { asked, statusOf } = status();
  for (const target of [
    { channel: "chat-9", server: "UC1" },
    { platform: "twitch", channel: "1000" },
  ]) {
    const given = message(target);
    expect(await intoLiveChat(given, statusOf)).toEqual({ ok: true, value: given });
  }
  expect(asked).toEqual([]);
});
