import { env, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { socketClose } from "#contracts/feed";
import { type ChatFrame, chatFrame } from "#contracts/member-chat";
import { openPage } from "#test/fakes/page-socket.workerd";

let rooms = 0;

function aRoom() {
  return env.MEMBER_CHAT.get(env.MEMBER_CHAT.idFromName(`room ${++rooms}`));
}

const enter = (room: ReturnType<typeof aRoom>, name: string) =>
  openPage(room, { communityId: "2", community: "Demo", userId: `u-${name}`, name }, (frame) =>
    chatFrame.parse(frame),
  );
const say = (content: string, more: object = {}) => ({ type: "chat:message", content, ...more });
const isMessage = (text: string) => (frame: ChatFrame) =>
  frame.type === "chat:message" && frame.message.content === text;
const isError = (frame: ChatFrame) => frame.type === "chat:error";
const lastHistory = (heard: readonly ChatFrame[]) =>
  heard
    .filter((frame) => frame.type === "chat:history")
    .at(-1)
    ?.messages.map(({ content }) => content);
const stored = (room: ReturnType<typeof aRoom>) =>
  runInDurableObject(room, (_, { storage }) =>
    Number(storage.sql.exec("SELECT count(*) AS n FROM messages").one()["n"]),
  );

/** As many as wanted, past the limits on those who write. */
const fill = (room: ReturnType<typeof aRoom>, count: number) =>
  runInDurableObject(room, (_, { storage }) => {
    for (let id = 1; id <= count; id++)
      storage.sql.exec(
        "INSERT INTO messages VALUES (?, 'general', 'u-old', 'Old', ?, 1, NULL)",
        id,
        `m${id}`,
      );
  });

test("HUB-8 what one member writes reaches the other, under their name, and is there for who comes later", async () => {
  const room = aRoom();
  const [ann, mia] = [await enter(room, "Ann"), await enter(room, "Mia")];
  ann.say(say("Waddle on!", { clientId: "one" }));
  await mia.hears(isMessage("Waddle on!"));
  await ann.hears(isMessage("Waddle on!"));
  const late = await enter(room, "Sam");
  late.say({ type: "chat:history" });
  await late.hears(({ type }) => type === "chat:history");
  const history = late.heard.find(({ type }) => type === "chat:history");
  expect(history).toMatchObject({
    channelName: "general",
    hasMore: false,
    messages: [{ id: 1, user: { id: "u-Ann", name: "Ann" }, content: "Waddle on!", clientId: "one" }],
  });
});

test("HUB-8 typing is told to the others, and who left the channel hears nothing", async () => {
  const room = aRoom();
  const [ann, mia, gone] = [await enter(room, "Ann"), await enter(room, "Mia"), await enter(room, "Gone")];
  gone.say({ type: "chat:leave" });
  gone.say({ type: "chat:history" });
  await gone.hears(({ type }) => type === "chat:history");
  ann.say({ type: "chat:typing" });
  await mia.hears((frame) => frame.type === "chat:typing" && frame.user.name === "Ann");
  ann.say(say("hello"));
  await mia.hears(isMessage("hello"));
  expect(ann.heard.some(({ type }) => type === "chat:typing")).toBe(false);
  expect(gone.heard.some(({ type }) => type === "chat:typing" || type === "chat:message")).toBe(false);
});

test("HBR-3 2,001 characters are refused with the field named, and nothing is kept; 2,000 are", async () => {
  const room = aRoom();
  const ann = await enter(room, "Ann");
  ann.say(say("x".repeat(2001), { clientId: "long" }));
  await ann.hears(isError);
  expect(ann.heard.find(isError)).toMatchObject({ field: "content", clientId: "long" });
  expect(await stored(room)).toBe(0);
  ann.say(say("x".repeat(2000)));
  await ann.hears(isMessage("x".repeat(2000)));
});

test("HBR-4 a history of 500 is one of 100, the newest, and the page before is there", async () => {
  const room = aRoom();
  await fill(room, 150);
  const ann = await enter(room, "Ann");
  ann.say({ type: "chat:history", limit: 500 });
  await ann.hears(({ type }) => type === "chat:history");
  const newest = lastHistory(ann.heard) ?? [];
  expect([newest.length, newest[0], newest.at(-1)]).toEqual([100, "m51", "m150"]);
  ann.say({ type: "chat:history", before: 51 });
  await ann.hears((frame) => frame.type === "chat:history" && frame.messages.length === 50);
  expect(lastHistory(ann.heard)?.[0]).toBe("m1");
});

test("the history is bounded at 5,000, and a message sent twice is kept once", async () => {
  const room = aRoom();
  await fill(room, 5099);
  const ann = await enter(room, "Ann");
  for (let n = 0; n < 2; n++) ann.say(say("again", { clientId: "same" }));
  ann.say(say("last"));
  await ann.hears(isMessage("last"));
  expect(ann.heard.filter(isMessage("again"))).toHaveLength(1);
  expect(await stored(room)).toBe(5001);
});

test("words stay words: control characters and text turned around are left out, and what is empty then is refused", async () => {
  const room = aRoom();
  const ann = await enter(room, "Ann");
  ann.say(say('<img src=x onerror="alert(1)">\u202e\u0000\nnext'));
  await ann.hears(isMessage('<img src=x onerror="alert(1)">\nnext'));
  ann.say(say("\u202e\u0007"));
  await ann.hears(isError);
});

test("who writes too fast is told, and who floods is put out", async () => {
  const room = aRoom();
  const ann = await enter(room, "Ann");
  for (let n = 0; n < 11; n++) ann.say(say(`line ${n}`));
  await ann.hears((frame) => frame.type === "chat:error" && frame.message.includes("too fast"));
  expect(await stored(room)).toBe(10);
  for (let n = 0; n < 60; n++) ann.say({ type: "chat:typing" });
  expect(await ann.closed).toBe(socketClose.tooMany);
});

test("HBR-6 a socket whose minute is over writes and hears nothing more: whoever was removed is out", async () => {
  const room = aRoom();
  const [removed, mia] = [await enter(room, "Removed"), await enter(room, "Mia")];
  await runInDurableObject(room, (_, state) => {
    for (const socket of state.getWebSockets("u-Removed")) {
      socket.serializeAttachment({
        userId: "u-Removed",
        name: "Removed",
        until: Date.now() - 1,
        channelName: "general",
      });
    }
  });
  mia.say(say("among us"));
  await mia.hears(isMessage("among us"));
  expect(await removed.closed).toBe(socketClose.renew);
  expect(removed.heard.some(isMessage("among us"))).toBe(false);
});

test("what is no message of the chat is answered with what is wrong", async () => {
  const ann = await enter(aRoom(), "Ann");
  for (const bad of ["{", '"x"', { type: "chat:shout" }, { type: "chat:join", channelName: "NO!" }])
    ann.say(bad);
  await ann.hears((frame) => frame.type === "chat:error" && frame.field === "channelName");
  expect(ann.heard.filter(isError)).toHaveLength(4);
});

test("a person who is gone leaves no words behind", async () => {
  const room = aRoom();
  const [ann, mia] = [await enter(room, "Ann"), await enter(room, "Mia")];
  ann.say(say("mine"));
  mia.say(say("hers"));
  await mia.hears(isMessage("mine"));
  await ann.hears(isMessage("hers"));
  expect(await room.forget("u-Ann")).toBe(1);
  expect(await ann.closed).toBe(socketClose.renew);
  mia.say({ type: "chat:history" });
  await mia.hears(({ type }) => type === "chat:history");
  expect(lastHistory(mia.heard)).toEqual(["hers"]);
});
