import { describe, expect, test } from "vitest";
import type { Role } from "#contracts/role";
import { makeFake } from "#modules/community/fake";
import { anInvocation } from "#test/fakes/an-invocation";
import { makeChannelLoop, type Speaker } from "#test/fakes/channel-loop";

const meg = { name: "meg", role: "moderator" as const };

function aChannel() {
  const fake = makeFake();
  const loop = makeChannelLoop([fake]);
  const said = async (line: string, who: Speaker) => (await loop.say(line, who)).said;
  return { ...fake, ...loop, said };
}

/** A channel where meg has made the Pond, whose context is hers, and somebody holds a role in it. */
async function aPond(others: Record<string, Role> = {}) {
  const channel = aChannel();
  await channel.said("!community confirm Pond", meg);
  for (const [name, role] of Object.entries(others)) {
    channel.rows[0]?.members.set(`twitch:${name}`, role);
    await channel.said("!community context pond", { name });
  }
  return channel;
}

/** The form as a client sends it back. */
function submit(
  channel: ReturnType<typeof aChannel>,
  values: Record<string, string>,
  role: Role = "moderator",
) {
  const { event, ...rest } = anInvocation({ id: "discord:1/community/0" });
  const person = { id: "meg", login: "meg", name: "meg", badges: [] };
  const customId = "community:create:Test";
  return channel.service.invoke({
    ...rest,
    module: "community",
    handler: "create",
    argsText: "Test",
    args: ["Test"],
    event: { ...event, type: "modal_submit", customId, values, user: person },
    user: { id: "twitch:meg", name: "meg", role, permissions: [] },
  });
}

test("COM-1 create gives a form; submitted, its sender owns the community and their commands are about it", async () => {
  const channel = aChannel();
  const { outcome } = await channel.say("!community create Test", meg);
  expect(outcome).toMatchObject({
    ok: true,
    value: { responses: [{ type: "chat" }, { type: "form", submitUrl: "community:create:Test" }] },
  });
  expect(channel.rows).toEqual([]);
  const made = await submit(channel, { description: "Ducks", type: "gaming", join_mode: "open" });
  expect(made).toMatchObject({ ok: true });
  expect(channel.rows).toMatchObject([{ name: "Test", type: "gaming", description: "Ducks" }]);
  expect([...(channel.rows[0]?.members ?? [])]).toEqual([["twitch:meg", "owner"]]);
  expect(await channel.said("!community info", meg)).toEqual([
    "Test (c2) · gaming · 1 members · you: owner · Ducks",
  ]);
  expect(await submit(channel, { description: "Ducks", type: "gaming", join_mode: "open" })).toEqual(made);
  expect(channel.rows).toHaveLength(1);
});

test("COM-1 a form from somebody who may not, or with other values than were offered, makes nothing", async () => {
  const channel = aChannel();
  expect(await channel.said("!community create Test", { name: "vic" })).toEqual([
    "Communities are made by moderators of a channel and above.",
  ]);
  expect(await submit(channel, {}, "member")).toMatchObject({ ok: false, code: "forbidden" });
  expect(await submit(channel, { type: "cult" })).toMatchObject({ ok: false, code: "bad_request" });
  expect(await submit(channel, { join_mode: "closed" })).toMatchObject({ ok: false, code: "bad_request" });
  expect(await submit(channel, { description: "x".repeat(1001) })).toMatchObject({
    ok: false,
    code: "too_large",
  });
  expect(channel.rows).toEqual([]);
});

test.each(["WaddleB0t", "\u200b", "x".repeat(65), ""])(
  "COM-6 %j is no name for a community",
  async (name) => {
    const channel = aChannel();
    const { outcome } = await channel.say(`!community confirm ${name}`, meg);
    expect(outcome.ok).toBe(false);
    expect(channel.rows).toEqual([]);
  },
);

test("COM-2 nobody leaves the global community, and the last owner not theirs", async () => {
  const channel = await aPond();
  channel.rows.push({
    id: 1,
    slug: "waddlebot-global",
    name: "WaddleBot Global",
    nameKey: "x",
    description: "",
    type: "other",
    members: new Map([["twitch:vic", "member"]]),
  });
  await channel.said("!community context waddlebot-global", { name: "vic" });
  expect(await channel.said("!community leave", { name: "vic" })).toEqual([
    "Cannot leave the global community: everybody belongs to it.",
  ]);
  expect(await channel.said("!community leave", meg)).toEqual([
    "A community needs an owner. Please make somebody else one first.",
  ]);
});

test("leaving ends the membership, and said again it is still so", async () => {
  const channel = await aPond({ vic: "member" });
  const once = { name: "vic", eventId: "twitch:leave/community/0" };
  expect(await channel.said("!community leave", once)).toEqual(["You have left the community."]);
  expect(await channel.said("!community leave", once)).toEqual(["You have left the community."]);
  expect(channel.rows[0]?.members.has("twitch:vic")).toBe(false);
});

test("COM-3 a member adds nobody, a moderator does; what one is in the channel counts for nothing", async () => {
  const channel = await aPond({ vic: "member", mod: "moderator" });
  const add = "!community add user 777";
  expect(await channel.said(add, { name: "vic", role: "owner" })).toEqual([
    "That is for moderators of Pond and above.",
  ]);
  expect(channel.rows[0]?.members.has("twitch:777")).toBe(false);
  expect(await channel.said(add, { name: "mod", role: "member" })).toEqual([
    "twitch:777 is a member of Pond.",
  ]);
  expect(channel.rows[0]?.members.get("twitch:777")).toBe("member");
});

test("COM-4 61 minutes after it was set the context is gone", async () => {
  const channel = await aPond();
  channel.clock.now += 59 * 60_000;
  expect(await channel.said("!community info", meg)).toEqual([expect.stringContaining("Pond")]);
  channel.clock.now += 2 * 60_000;
  expect(await channel.said("!community info", meg)).toEqual([
    "No community specified and no context set. Use: !community context <name>",
  ]);
});

test("COM-4 a context is one person's in one channel", async () => {
  const channel = await aPond();
  channel.rows[0]?.members.set("twitch:vic", "member");
  expect(await channel.said("!community members", { name: "vic" })).toEqual([
    "No community specified and no context set. Use: !community context <name>",
  ]);
});

describe("who may", () => {
  test("a community one does not belong to is answered like one that is not", async () => {
    const channel = await aPond();
    const foreign = await channel.said("!community context pond", { name: "eve" });
    expect(foreign).toEqual(await channel.said("!community context nowhere", { name: "eve" }));
    expect(foreign).toEqual(["You belong to no such community. !community list shows yours."]);
  });

  test("installing is for admins", async () => {
    const channel = await aPond({ mod: "moderator", ada: "admin" });
    expect(await channel.said("!community install core", { name: "mod" })).toEqual([
      "That is for admins of Pond and above.",
    ]);
    expect(await channel.said("!community install core", { name: "ada" })).toEqual([
      "core is on in Pond, within five minutes at the latest.",
    ]);
    expect(await channel.said("!community install dice", { name: "ada" })).toEqual([
      "There is no module dice. There are: core",
    ]);
  });

  test("a channel is brought by its owner, as the platform says right there", async () => {
    const channel = await aPond({ mod: "moderator" });
    expect(await channel.said("!community add entity here", { name: "mod", role: "owner" })).toEqual([
      "Please bring a channel that is yours: say it there, as its owner.",
    ]);
    const { event, ...rest } = anInvocation({ argsText: "add entity here" });
    const owner = { id: "mod", login: "mod", name: "mod", badges: [], platformRole: "owner" as const };
    const bring = (entity: string) =>
      channel.service.invoke({
        ...rest,
        module: "community",
        handler: "community",
        argsText: `add entity ${entity}`,
        event: { ...event, user: owner },
        user: { id: "twitch:mod", name: "mod", role: "owner", permissions: [] },
      });
    expect(await bring("here")).toMatchObject({ ok: true });
    expect(await bring("twitch:9999")).toMatchObject({ ok: false, code: "forbidden" });
  });
});

test.each([
  ["!community", "!community create <name> · context"],
  ["!community help", "!community create <name> · context"],
  ["!community dance", "Unknown subcommand dance. !community help shows them."],
  ["!community add", "Use: !community add user <id>"],
  ["!community list", "You belong to no community yet."],
  ["!community members", "No community specified and no context set."],
  ["!community leave", "No community specified and no context set."],
])("%s is answered", async (line, reply) => {
  const [said] = await aChannel().said(line, { name: "u1" });
  expect(said).toContain(reply);
});
