import { describe, expect, test } from "vitest";
import type { SendContext } from "#contracts/platform";
import { outboundMessage } from "#contracts/sender";
import { send } from "#platforms/slack/send";
import { probe } from "#platforms/slack/testing";
import { anOpenGate } from "#test/fakes/an-open-gate";

const now = Date.UTC(2026, 4, 20, 12, 0, 0);

async function say(response: () => Response, changes: object = {}, waitMs = 0) {
  const requests: { url: string; headers: Headers; body: unknown }[] = [];
  const fetch: SendContext["fetch"] = async (url, init) => {
    const body = JSON.parse(String(init?.body));
    requests.push({ url: String(url), headers: new Headers(init?.headers), body });
    return response();
  };
  const open = anOpenGate(waitMs);
  const context = { fetch, config: probe.config, token: "xoxb-suite", now, gate: open.gate };
  const outcome = await send(outboundMessage.parse({ ...probe.message, ...changes }), context);
  return { outcome, requests, ...open };
}

const target = { kind: "response-url", platform: "slack", url: "https://hooks.slack.com/commands/1" };
const chat = { kind: "chat", platform: "slack", channel: "C1", server: "T1", user: "U1" };
const sent = () => probe.answers.sent();

describe("in a channel", () => {
  test("chat.postMessage gets the escaped text and the token in its header", async () => {
    const { outcome, requests } = await say(sent, { text: "<!channel> & <https://x|@here>" });
    expect(outcome).toEqual({ ok: true, value: { platformMessageIds: ["1779278400.000100"] } });
    expect(requests[0]?.url).toBe("https://slack.test/api/chat.postMessage");
    expect(requests[0]?.headers.get("authorization")).toBe("Bearer xoxb-suite");
    const text = "&lt;!channel&gt; &amp; &lt;https://x|@here&gt;";
    expect(requests[0]?.body).toEqual({ channel: "C1", text, link_names: false });
  });

  test("an answer to a thread goes into the thread", async () => {
    const { requests } = await say(sent, { target: { ...chat, replyToMessageId: "1.2" } });
    expect(requests[0]?.body).toMatchObject({ thread_ts: "1.2" });
  });

  test("what is for one person is seen by that person only", async () => {
    const answer = () => Response.json({ ok: true, message_ts: "5.6" });
    const { outcome, requests } = await say(answer, { target: chat, ephemeral: true });
    expect(outcome).toEqual({ ok: true, value: { platformMessageIds: ["5.6"] } });
    expect(requests[0]?.url).toBe("https://slack.test/api/chat.postEphemeral");
    expect(requests[0]?.body).toEqual({ channel: "C1", user: "U1", text: "Hello &amp; welcome!" });
  });

  test("room is taken for all parts at once, in the channel and in the workspace", async () => {
    const { requests, taken } = await say(sent, { target: chat, text: "word ".repeat(700).trim() });
    expect(requests).toHaveLength(2);
    expect(taken).toEqual([
      {
        priority: "reply",
        lanes: [
          { lane: "slack/T1/chat.postMessage/C1", limit: 4, windowMs: 4000, places: 2 },
          { lane: "slack/T1/chat.postMessage", limit: 240, windowMs: 60_000, places: 2 },
        ],
      },
    ]);
  });

  test("a full lane sends nothing and says when", async () => {
    const { outcome, requests } = await say(sent, { target: chat }, 700);
    expect(outcome).toMatchObject({ ok: false, code: "rate_limited", retryAfterMs: 700 });
    expect(requests).toEqual([]);
  });

  test("429 shuts the channel's lane for as long as Slack says", async () => {
    const { shut } = await say(() => probe.answers.limited.make(), { target: chat });
    expect(shut).toEqual([{ lane: "slack/T1/chat.postMessage/C1", until: now + 7000 }]);
  });

  test.each([
    ["channel_not_found", "not_found", /no such channel/],
    ["not_in_channel", "forbidden", /Invite it/],
    ["token_revoked", "unauthenticated", /connect it again/],
    ["missing_scope", "forbidden", /not given the right/],
    ["internal_error", "unknown", /problem of its own/],
    ["ratelimited", "rate_limited", /pause/],
    ["something_new", "bad_request", /did not take/],
    ["constructor", "bad_request", /did not take/],
  ])("HTTP 200 with the error %s is a refusal in people's words", async (error, code, words) => {
    const { outcome } = await say(() => Response.json({ ok: false, error }));
    expect(outcome).toMatchObject({ ok: false, code, message: expect.stringMatching(words) });
    expect(JSON.stringify(outcome)).not.toContain(error === "ratelimited" ? "xoxb" : `"${error}"`);
  });
});

describe("through a response_url", () => {
  test("a response_url is used without any token", async () => {
    const { outcome, requests } = await say(() => new Response("ok"), { target, ephemeral: true });
    expect(outcome).toEqual({ ok: true, value: { platformMessageIds: [] } });
    expect(requests[0]?.url).toBe(target.url);
    expect(requests[0]?.headers.has("authorization")).toBe(false);
    const text = "Hello &amp; welcome!";
    expect(requests[0]?.body).toEqual({ response_type: "ephemeral", text, replace_original: false });
  });

  test("a response_url of another host is never called", async () => {
    const foreign = { target: { ...target, url: "https://evil.example/" } };
    const { outcome, requests } = await say(() => new Response("ok"), foreign);
    expect(outcome).toMatchObject({ ok: false, code: "forbidden" });
    expect(requests).toEqual([]);
  });

  test("its five uses in 30 minutes are counted, and the address stands nowhere", async () => {
    const { taken } = await say(() => new Response("ok"), { target, text: "word ".repeat(700) });
    expect(taken).toMatchObject([{ lanes: [{ limit: 5, windowMs: 1_800_000, places: 2 }] }]);
    expect(JSON.stringify(taken)).not.toContain("hooks");
    const full = await say(() => new Response("ok"), { target }, 1000);
    expect(full.outcome).toMatchObject({ ok: false, code: "not_found" });
    expect(full.requests).toEqual([]);
  });

  test("a used-up response_url is final", async () => {
    const { outcome } = await say(() => new Response("used_url", { status: 404 }), { target });
    expect(outcome).toMatchObject({ ok: false, code: "not_found" });
  });
});

describe("a form", () => {
  const form = {
    type: "form",
    title: "Tell us <!here>",
    fields: [{ name: "words", type: "textarea", label: "Words", required: true }],
    submitUrl: "feedback:send:3",
  };
  const trigger = { target: { ...chat, triggerId: "1.2.3" }, form, text: "Tell us" };

  test("is opened over the page of whoever asked, and knows its channel", async () => {
    const { outcome, requests } = await say(() => Response.json({ ok: true, view: { id: "V1" } }), trigger);
    expect(outcome).toEqual({ ok: true, value: { platformMessageIds: ["V1"] } });
    expect(requests[0]?.url).toBe("https://slack.test/api/views.open");
    expect(requests[0]?.body).toMatchObject({
      trigger_id: "1.2.3",
      view: {
        callback_id: "feedback:send:3",
        private_metadata: '{"channel":"C1"}',
        title: { text: "Tell us &lt;!here&gt;" },
        blocks: [{ type: "input", block_id: "words", optional: false, element: { multiline: true } }],
      },
    });
  });

  test("that came too late says so, and is not tried again", async () => {
    const late = () => Response.json({ ok: false, error: "expired_trigger_id" });
    const { outcome } = await say(late, trigger);
    expect(outcome).toMatchObject({ code: "not_found", message: "That took too long. Please try again." });
  });

  test("Slack cannot show is refused before anything is called", async () => {
    const odd = { ...trigger, form: { ...form, submitUrl: "https://evil.example/" } };
    const { outcome, requests } = await say(sent, odd);
    expect(outcome).toMatchObject({ ok: false, code: "bad_request" });
    expect(requests).toEqual([]);
  });
});
