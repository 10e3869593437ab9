import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { openOverlay } from "#test/e2e/overlay-client";
import { type RouterStack, slackEntity, startRouter } from "#test/e2e/router-client";
import { eventually } from "#test/e2e/stack";

let router: RouterStack;
let ids: { execution_id: string; session_id: string };
const ran = z.object({ execution_id: z.string(), session_id: z.string() });

beforeAll(async () => {
  router = await startRouter();
  ids = ran.parse(await router.say("!ping"));
});
afterAll(async () => router?.close());

const aResponse = (facts: Record<string, unknown> = {}) => ({
  ...ids,
  module_name: "weather",
  success: true,
  response_action: "chat",
  chat_message: "Rain tomorrow",
  ...facts,
});
const post = (facts: Record<string, unknown> = {}) => router.call("responses", { json: aResponse(facts) });

test("RSP-1 a chat answer is said in its channel, and listed under its execution, on both paths", async () => {
  const reply = await router.call("/router/responses", { json: aResponse({ processing_time_ms: 12 }) });
  expect(reply).toMatchObject({ status: 200, body: { success: true, response_id: expect.any(Number) } });
  await eventually(
    () => router.stack.simulators.twitch.messages().map(({ text }) => text),
    (texts) => texts.includes("Rain tomorrow"),
  );
  expect(await router.ask(`responses/${ids.execution_id}`)).toMatchObject({
    count: 1,
    responses: [
      { chat_message: "Rain tomorrow", module_name: "weather", processing_time_ms: 12, error_message: null },
    ],
  });
  expect(await router.call(`/router/responses/${ids.execution_id}`)).toMatchObject({
    body: { success: true, count: 1 },
  });
});

test("RSP-2 without a session 400, with one that is over 404, with another channel's 403, for an unknown execution 404", async () => {
  const other = ran.parse(
    await router.say("!ping", { platform: undefined, server_id: undefined, entity_id: slackEntity }),
  );
  const over = `${ids.session_id.slice(0, 13)}${"0".repeat(24)}`;
  expect(await post({ session_id: undefined })).toMatchObject({
    status: 400,
    body: { error: { details: [{ field: "session_id" }] } },
  });
  expect((await post({ session_id: over })).status).toBe(404);
  expect((await post({ session_id: other.session_id })).status).toBe(403);
  expect((await post({ execution_id: "nonsense" })).status).toBe(404);
  const unknown = `${ids.execution_id.split(".")[0]}.${Buffer.from("nobody").toString("base64url")}`;
  expect((await post({ execution_id: unknown })).status).toBe(404);
  const failed = { success: false, chat_message: undefined, error_message: "no key" };
  expect((await post({ ...failed, session_id: over })).status).toBe(404);
  expect((await post({ ...failed, session_id: other.session_id })).status).toBe(403);
  expect((await post(failed)).status).toBe(200);
});

test("RSP-3 an unknown action is answered with the valid ones, an incomplete one with what it needs", async () => {
  const bad = await post({ response_action: "hologram" });
  expect(bad).toMatchObject({ status: 400, body: { error: { details: [{ field: "response_action" }] } } });
  for (const action of ["chat", "media", "ticker", "form", "general"])
    expect(JSON.stringify(bad.body)).toContain(action);
  expect(await post({ response_action: "media", media_type: "image" })).toMatchObject({
    status: 400,
    body: { error: { details: [{ field: "media_url" }] } },
  });
});

test("RSP-4 a ticker without a duration is stored with ten seconds and reaches the overlay", async () => {
  const overlay = await openOverlay(router.stack.url, router.stack.secrets.overlayTokens.ticker, "ticker");
  expect((await post({ response_action: "ticker", ticker_text: "Breaking: rain" })).status).toBe(200);
  const shown = await eventually(
    () => overlay.frames.filter(({ type }) => type === "show"),
    (frames) => frames.length > 0,
  );
  expect(JSON.stringify(shown)).toContain("Breaking: rain");
  expect(await router.ask("responses/recent?response_action=ticker")).toMatchObject({
    responses: [{ ticker_text: "Breaking: rain", ticker_duration: 10 }],
  });
  overlay.close();
});

test("RSP-5 a form with all eleven kinds of field comes back as it was given; an unknown kind is refused", async () => {
  const kinds = [
    "text",
    "textarea",
    "select",
    "multiselect",
    "radio",
    "checkbox",
    "number",
    "email",
    "url",
    "date",
    "time",
  ];
  const form_fields = kinds.map((type, index) => ({
    name: `f${index}`,
    type,
    label: `Field ${index} 📝`,
    required: index % 2 === 0,
    ...(["select", "multiselect", "radio"].includes(type) ? { options: ["a", "b"] } : {}),
  }));
  const form = {
    response_action: "form",
    form_title: "All",
    form_description: "of them",
    form_fields,
    form_submit_url: "https://forms.example/submit",
  };
  expect((await post(form)).status).toBe(200);
  expect(await router.ask("responses/recent?response_action=form")).toMatchObject({
    responses: [{ form_title: "All", form_description: "of them", form_fields, form_submit_method: "POST" }],
  });
  const odd = await post({ ...form, form_fields: [{ name: "x", type: "color", label: "x" }] });
  expect(odd).toMatchObject({ status: 400, body: { error: { details: [{ field: "form_fields.0.type" }] } } });
});

test("RSP-6 the recent ones: of that module, successful, newest first, at most as many as asked, long texts cut", async () => {
  for (let n = 0; n < 7; n++)
    await post({ module_name: "ai", success: n !== 3, chat_message: `${n}${"é".repeat(150)}` });
  const { responses } = await router.ask("responses/recent?module_name=ai&success_only=true&limit=5");
  const listed = z
    .array(z.object({ module_name: z.literal("ai"), success: z.literal(true), chat_message: z.string() }))
    .parse(responses);
  expect(listed.map(({ chat_message }) => chat_message[0])).toEqual(["6", "5", "4", "2", "1"]);
  expect(listed.map(({ chat_message }) => chat_message.length)).toEqual([100, 100, 100, 100, 100]);
  await post({ response_action: "ticker", ticker_text: "t".repeat(80) });
  const [ticker] = z
    .array(z.looseObject({ ticker_text: z.string() }))
    .parse((await router.ask("responses/recent?response_action=ticker&limit=1"))["responses"]);
  expect(ticker?.ticker_text).toHaveLength(50);
});

test("RSP-1 an answer sent again is said once and is one row; another key says the same words again", async () => {
  const words = "Snow on Sunday";
  // On Slack, because Twitch itself drops what it was told a moment before.
  const onSlack = { platform: undefined, server_id: undefined, entity_id: slackEntity };
  const json = aResponse({ ...ran.parse(await router.say("!ping", onSlack)), chat_message: words });
  const send = async (key?: string) => {
    const response = await fetch(new URL("/api/v1/router/responses", router.stack.url), {
      method: "POST",
      headers: {
        "x-api-key": router.stack.secrets.serviceApiKey,
        "content-type": "application/json",
        ...(key === undefined ? {} : { "idempotency-key": key }),
      },
      body: JSON.stringify(json),
    });
    return { status: response.status, body: await response.json() };
  };
  const said = () => router.stack.simulators.slack.messages().filter(({ text }) => text === words).length;
  const idOf = (answer: Awaited<ReturnType<typeof send>>) =>
    z.object({ data: z.object({ response_id: z.int() }) }).parse(answer.body).data.response_id;

  const [first, again] = await Promise.all([send(), send()]);
  expect(idOf(again)).toBe(idOf(first));
  expect(idOf(await send())).toBe(idOf(first));
  await eventually(said, (count) => count === 1);
  const other = await send("second-time");
  expect(idOf(other)).not.toBe(idOf(first));
  expect(idOf(await send("second-time"))).toBe(idOf(other));
  await eventually(said, (count) => count === 2);
  expect((await send("not a key")).status).toBe(400);

  // The row cannot be written: whoever sends it again once it can has said it once.
  const db = router.database.db;
  await db.execute(sql`ALTER TABLE module_responses RENAME TO module_responses_away`);
  expect(await send("third-time")).toMatchObject({ status: 503 });
  await db.execute(sql`ALTER TABLE module_responses_away RENAME TO module_responses`);
  expect((await send("third-time")).status).toBe(200);
  await eventually(said, (count) => count === 3);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(said()).toBe(3);
});
