import { expect, test } from "vitest";
import type { ActionContext } from "#contracts/platform-action";
import { must } from "#lib/must";
import { actions } from "#platforms/kick/actions";
import { anOpenGate } from "#test/fakes/an-open-gate";

async function run(name: string, params: object, answer = new Response(null, { status: 204 }), waitMs = 0) {
  const requests: { method: string | undefined; path: string; body: unknown }[] = [];
  const open = anOpenGate(waitMs);
  const fetch: ActionContext["fetch"] = async (url, init) => {
    const text = init?.body;
    requests.push({
      method: init?.method,
      path: new URL(String(url)).pathname,
      body: typeof text === "string" ? JSON.parse(text) : undefined,
    });
    return answer;
  };
  const context = { fetch, config: {}, token: "t", account: "9", server: "100", channel: undefined };
  const outcome = await must(actions.get(name), name).run(params, {
    ...context,
    id: "a/1",
    now: 0,
    gate: open.gate,
  });
  return { outcome, requests, ...open };
}

test.each([
  ["ban", { userId: "7", reason: "spam" }, "POST", { broadcaster_user_id: 100, user_id: 7, reason: "spam" }],
  ["timeout", { userId: "7", seconds: 61 }, "POST", { broadcaster_user_id: 100, user_id: 7, duration: 2 }],
  ["unban", { userId: "7" }, "DELETE", { broadcaster_user_id: 100, user_id: 7 }],
])("%s goes to moderation/bans", async (name, params, method, body) => {
  const { outcome, requests } = await run(name, params);
  expect(outcome).toEqual({ ok: true, value: {} });
  expect(requests).toEqual([{ method, path: "/public/v1/moderation/bans", body }]);
});

test("a message is deleted by its id, the channel's title by its owner", async () => {
  expect((await run("delete_message", { messageId: "m-1" })).requests).toEqual([
    { method: "DELETE", path: "/public/v1/chat/m-1", body: undefined },
  ]);
  expect((await run("update_channel", { title: "Hi" })).requests).toEqual([
    { method: "PATCH", path: "/public/v1/channels", body: { stream_title: "Hi" } },
  ]);
  expect([...actions.values()].filter((action) => action.as === "owner").map(({ name }) => name)).toEqual([
    "update_channel",
  ]);
});

test.each([
  ["ban", { userId: "7/../8" }],
  ["ban", { userId: "7", everybody: true }],
  ["timeout", { userId: "7", seconds: 700_000 }],
  ["delete_message", { messageId: "../users" }],
  ["update_channel", {}],
])("%s with %j is refused and asks nobody", async (name, params) => {
  const { outcome, requests } = await run(name, params);
  expect(outcome).toMatchObject({ ok: false, code: "bad_request" });
  expect(requests).toEqual([]);
});

test("a shut gate asks nobody; a 429 shuts it; 401 and 403 say what they are", async () => {
  const held = await run("unban", { userId: "7" }, undefined, 900);
  expect(held.outcome).toMatchObject({ code: "rate_limited", retryAfterMs: 900 });
  expect(held.requests).toEqual([]);
  const limited = new Response("{}", { status: 429, headers: { "retry-after": "3" } });
  const pushed = await run("unban", { userId: "7" }, limited);
  expect(pushed.outcome).toMatchObject({ code: "rate_limited", retryAfterMs: 3000 });
  expect(pushed.shut).toEqual([{ lane: "api", until: 3000 }]);
  expect((await run("ban", { userId: "7" }, new Response("{}", { status: 401 }))).outcome).toMatchObject({
    code: "unauthenticated",
  });
  expect((await run("ban", { userId: "7" }, new Response("{}", { status: 403 }))).outcome).toMatchObject({
    code: "forbidden",
    message: "The bot is not a moderator of this channel.",
  });
});
