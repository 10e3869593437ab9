import { createVerify } from "node:crypto";
import { expect, test } from "vitest";
import { setStage } from "#simulators/testing";

test("a chat line arrives as Kick signs it, again under the same id until it is taken", async () => {
  await using stage = await setStage((_, count) => new Response(null, { status: count === 0 ? 500 : 200 }));
  const sent = await stage.simulators.kick.sendChat({ viewer: "bob", text: "!ping" });
  expect(sent).toMatchObject({ status: "delivered", attempts: 2 });
  const [first, second] = stage.edge.requests;
  expect(first?.path).toBe("/webhooks/kick");
  expect(second?.headers.get("kick-event-message-id")).toBe(first?.headers.get("kick-event-message-id"));
  const header = (name: string) => first?.headers.get(`kick-event-${name}`) ?? "";
  const signed = `${header("message-id")}.${header("message-timestamp")}.${first?.body}`;
  const { publicKeyPem } = stage.simulators.secrets.kick;
  const isGenuine = createVerify("sha256").update(signed).verify(publicKeyPem, header("signature"), "base64");
  expect(isGenuine).toBe(true);
  expect([header("type"), header("version")]).toEqual(["chat.message.sent", "1"]);
  expect(JSON.parse(first?.body ?? "")).toMatchObject({ content: "!ping", sender: { username: "Bob" } });
});

test("the API takes a message with a living token only, and can be told to fail", async () => {
  await using stage = await setStage();
  const { url, secrets, kick, faults } = stage.simulators;
  const say = async (token: string) => {
    const response = await fetch(`${url}/kick/api/public/v1/chat`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ broadcaster_user_id: 730000001, content: "hi", type: "user" }),
    });
    return response.status;
  };
  expect(await say("nobody's")).toBe(401);
  expect(await say(secrets.kick.botToken)).toBe(200);
  faults.set({ platform: "kick", kind: "429", ms: 2000 });
  expect(await say(secrets.kick.botToken)).toBe(429);
  expect(kick.messages().map(({ text }) => text)).toEqual(["hi"]);
});
