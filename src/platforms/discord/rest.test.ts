import { describe, expect, test } from "vitest";
import type { CommandManifest } from "#contracts/command-manifest";
import type { SendContext } from "#contracts/platform";
import type { ActionContext } from "#contracts/platform-action";
import { Gate } from "#durable-objects/outbound-gate/gate";
import { platform } from "#platforms/discord/index";
import { demoIds } from "#simulators/demo";
import { type FakeClock, makeFakeClock, type Stage, setStage } from "#simulators/testing";
import { requireViewer } from "#simulators/viewers";

const quote: CommandManifest = {
  name: "quote",
  handler: "quote",
  description: "Shows a random quote",
  usage: 'quote [<number> | add "text"]',
  permissionLevel: "everyone",
};
const bob = requireViewer("bob").discordId;

/** The bot's side of a stage: what the sender would hand to the platform. */
function bot(stage: Stage, clock: FakeClock): { context: ActionContext & SendContext; gate: Gate } {
  const { discord } = stage.simulators.secrets;
  const gate = new Gate(clock.now);
  const context: ActionContext & SendContext = {
    fetch: (input, init) => fetch(input, init),
    config: {
      DISCORD_API_BASE: `${stage.simulators.url}/discord/api/v10`,
      DISCORD_AUTH_BASE: `${stage.simulators.url}/discord/api/v10/oauth2`,
      DISCORD_APPLICATION_ID: discord.applicationId,
      DISCORD_CLIENT_SECRET: discord.clientSecret,
    },
    token: discord.botToken,
    account: "bot",
    server: demoIds.discordGuildId,
    channel: demoIds.discordChannelId,
    id: "discord:1/rules/0",
    get now() {
      return clock.now();
    },
    gate,
  };
  return { context, gate };
}

const run = (name: string, params: object, context: ActionContext) => {
  const action = platform.actions?.get(name);
  if (!action) throw new Error(`no action ${name}`);
  return action.run(params, context);
};

describe("actions against the simulated REST API", () => {
  test.each([
    ["timeout", { userId: bob, seconds: 60, reason: "spam & <b>" }, `PATCH guilds/G/members/${bob}`],
    ["end_timeout", { userId: bob }, `PATCH guilds/G/members/${bob}`],
    ["kick", { userId: bob }, `DELETE guilds/G/members/${bob}`],
    ["ban", { userId: bob, deleteSeconds: 3600, reason: "raid" }, `PUT guilds/G/bans/${bob}`],
    ["unban", { userId: bob }, `DELETE guilds/G/bans/${bob}`],
    ["add_role", { userId: bob, roleId: "5" }, `PUT guilds/G/members/${bob}/roles/5`],
    ["remove_role", { userId: bob, roleId: "5" }, `DELETE guilds/G/members/${bob}/roles/5`],
    ["delete_message", { messageId: "77", reason: "rude" }, "DELETE channels/C/messages/77"],
    ["add_reaction", { messageId: "77", emoji: "👍" }, "PUT channels/C/messages/77/reactions/👍/@me"],
    ["create_webhook", { name: "News" }, "POST channels/C/webhooks"],
  ])("%s does what it says and tells why", async (name, params, call) => {
    await using stage = await setStage();
    const { context } = bot(stage, makeFakeClock());
    expect(await run(name, params, context)).toMatchObject({ ok: true });
    const [deed] = stage.simulators.discord.deeds;
    const shown = decodeURIComponent(deed?.call ?? "")
      .replace(demoIds.discordGuildId, "G")
      .replace(demoIds.discordChannelId, "C");
    expect(shown).toBe(call);
    expect(deed?.reason).toBe("reason" in params ? params.reason : null);
  });

  test("messages are said, changed and shown as embeds, and nobody is pinged", async () => {
    await using stage = await setStage();
    const { context } = bot(stage, makeFakeClock());
    const said = await run("send_message", { content: "hi @everyone" }, context);
    if (!said.ok) throw new Error(said.message);
    const { messageId } = said.value;
    expect(await run("edit_message", { messageId, content: "hello" }, context)).toMatchObject({ ok: true });
    await run(
      "send_embed",
      { embed: { title: "Rules", fields: [{ name: "1", value: "be kind" }] } },
      {
        ...context,
        id: "other",
      },
    );
    expect(stage.simulators.discord.messages().map(({ text }) => text)).toEqual(["hello", "Rules"]);
    expect(stage.simulators.discord.violations).toEqual([]);
  });

  test("a whisper is said in the bot's conversation with that person and nowhere else, once", async () => {
    await using stage = await setStage();
    const { context } = bot(stage, makeFakeClock());
    for (let attempt = 0; attempt < 2; attempt++)
      expect(await run("whisper", { userId: bob, text: "psst @everyone" }, context)).toMatchObject({
        ok: true,
      });
    const said = stage.simulators.discord.messages();
    expect(said.map(({ text, entityId }) => [text, entityId.endsWith(`:9${bob}`)])).toEqual([
      ["psst @everyone", true],
    ]);
    expect(stage.simulators.discord.violations).toEqual([]);
    expect(await run("whisper", { userId: "999", text: "x" }, context)).toMatchObject({ ok: false });
  });

  test("a repeated action says its message once", async () => {
    await using stage = await setStage();
    const { context } = bot(stage, makeFakeClock());
    await run("send_message", { content: "once" }, context);
    await run("send_message", { content: "once" }, context);
    expect(stage.simulators.discord.messages()).toHaveLength(1);
  });

  test.each([
    ["ban", { userId: "../channels/1" }, "userId"],
    ["ban", { userId: bob, deleteSeconds: -1 }, "deleteSeconds"],
    ["timeout", { userId: bob, seconds: 28 * 86_400 + 1 }, "seconds"],
    ["timeout", { userId: bob, seconds: Number.NaN }, "seconds"],
    ["add_reaction", { messageId: "1", emoji: "a/../../x" }, "emoji"],
    ["send_message", { content: "x".repeat(2001) }, "content"],
    ["send_embed", { embed: {} }, "embed"],
    ["kick", { userId: bob, __proto__x: 1 }, "__proto__x"],
  ])("%s refuses %j by the name of its field and does nothing", async (name, params, field) => {
    await using stage = await setStage();
    const { context } = bot(stage, makeFakeClock());
    const outcome = await run(name, params, context);
    expect(outcome).toMatchObject({ ok: false, code: "bad_request" });
    expect(JSON.stringify(outcome)).toContain(field);
    expect(stage.simulators.discord.deeds).toEqual([]);
  });

  test("somebody who is not there is not found", async () => {
    await using stage = await setStage();
    const { context } = bot(stage, makeFakeClock());
    expect(await run("kick", { userId: "999" }, context)).toMatchObject({ ok: false, code: "not_found" });
  });
});

describe("limits", () => {
  const say = (context: SendContext, id: string) =>
    platform.send?.(
      {
        id,
        entityId: "discord:1:2",
        target: { kind: "chat", platform: "discord", channel: demoIds.discordChannelId },
        text: `line ${id}`,
        ephemeral: false,
        priority: "reply",
        correlationId: "c",
      },
      context,
    );

  test("PSH-5 a route that has nothing left is not asked again before its time, and nothing is lost", async () => {
    const clock = makeFakeClock();
    await using stage = await setStage(undefined, { clock });
    const { context } = bot(stage, clock);
    const outcomes = [];
    for (let line = 0; line < 8; line++) outcomes.push(await say(context, `m${line}`));
    expect(outcomes.map((outcome) => outcome?.ok)).toEqual([...Array(5).fill(true), false, false, false]);
    expect(outcomes[5]).toMatchObject({ code: "rate_limited", retryAfterMs: 5000 });
    clock.advance(5000);
    for (const id of ["m5", "m6", "m7"]) expect(await say(context, id)).toMatchObject({ ok: true });
    expect(stage.simulators.discord.messages().map(({ text }) => text)).toEqual(
      Array.from({ length: 8 }, (_, line) => `line m${line}`),
    );
  });

  test("PSH-5 a 429 shuts its route exactly as long as it says, and no other", async () => {
    const clock = makeFakeClock();
    await using stage = await setStage(undefined, { clock });
    const { context } = bot(stage, clock);
    stage.simulators.faults.set({ platform: "discord", kind: "429", ms: 7000 });
    expect(await say(context, "a")).toMatchObject({ code: "rate_limited", retryAfterMs: 7000 });
    expect(await say(context, "a")).toMatchObject({ code: "rate_limited", retryAfterMs: 7000 });
    expect(await run("kick", { userId: bob }, context)).toMatchObject({ ok: true });
    clock.advance(7000);
    expect(await say(context, "a")).toMatchObject({ ok: true });
  });

  test("a rejected sign-in stops all calls for a minute, so that nobody is banned for asking", async () => {
    const clock = makeFakeClock();
    await using stage = await setStage(undefined, { clock });
    const { context } = bot(stage, clock);
    const wrong = { ...context, token: "wrong", now: clock.now() };
    expect(await say(wrong, "a")).toMatchObject({ code: "unauthenticated" });
    expect(await say(wrong, "b")).toMatchObject({ code: "rate_limited", retryAfterMs: 60_000 });
  });

  test("the budget of invalid answers ends before Discord's own", async () => {
    const clock = makeFakeClock();
    const { gate, context } = bot(await setStage(), clock);
    const forbidden: SendContext = {
      ...context,
      gate,
      fetch: async () => Response.json({ message: "Missing Access" }, { status: 403 }),
    };
    let asked = 0;
    for (; asked < 10_000; asked++) {
      clock.advance(50);
      const outcome = await say({ ...forbidden, now: clock.now() }, `m${asked}`);
      if (outcome && !outcome.ok && outcome.code === "rate_limited") break;
    }
    expect(asked).toBe(5001);
  });
});

describe("native commands", () => {
  test("are written when they differ and left alone when they do not", async () => {
    await using stage = await setStage();
    const { context } = bot(stage, makeFakeClock());
    const { commands } = stage.simulators.discord;
    const sync = (list: CommandManifest[]) => platform.syncCommands?.(list, context);
    expect(await sync([quote])).toEqual({
      ok: true,
      value: { added: ["waddlebot", "quote"], changed: [], removed: [] },
    });
    expect(await sync([quote])).toEqual({ ok: true, value: { added: [], changed: [], removed: [] } });
    expect(commands.writes()).toBe(1);
    const changed = { ...quote, description: "Another" };
    const alias: CommandManifest = { ...quote, name: "so" };
    expect(await sync([changed, alias])).toMatchObject({ value: { added: ["so"], changed: ["quote"] } });
    expect(await sync([alias])).toMatchObject({ value: { removed: ["quote"] } });
    expect(commands.list().map(({ name }) => name)).toEqual(["waddlebot", "so"]);
  });

  test("fit Discord's bounds whatever a module calls itself", async () => {
    await using stage = await setStage();
    const { context } = bot(stage, makeFakeClock());
    const odd = ["A B", "x".repeat(40), "ÜBER", "so!", "waddlebot", ""].map((name) => ({
      ...quote,
      name,
      description: "d".repeat(300),
      usage: `${name} ${"u".repeat(300)}`,
    }));
    const many = Array.from({ length: 150 }, (_, index) => ({ ...quote, name: `c${index}` }));
    expect(await platform.syncCommands?.([...odd, ...many], context)).toMatchObject({ ok: true });
    const names = stage.simulators.discord.commands.list().map(({ name }) => name);
    expect(names).toHaveLength(100);
    expect(names.slice(0, 3)).toEqual(["waddlebot", "über", "c0"]);
  });
});

describe("adding the bot to a server", () => {
  const redirectUri = "https://bot.example/oauth/discord/callback";
  const verifier = "v".repeat(43);
  const start = async (stage: Stage, context: SendContext) => {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
    const codeChallenge = Buffer.from(digest).toString("base64url");
    const request = { role: "owner", state: "s", codeChallenge, redirectUri } as const;
    const url = platform.oauth?.authorizeUrl(request, context.config);
    const response = await fetch(url ?? stage.simulators.url, { redirect: "manual" });
    const back = new URL(response.headers.get("location") ?? "");
    expect(back.searchParams.get("state")).toBe("s");
    return back.searchParams.get("code") ?? "";
  };

  test("brings the server that was chosen, and a token that can be renewed once per refresh token", async () => {
    await using stage = await setStage();
    const { context } = bot(stage, makeFakeClock());
    const code = await start(stage, context);
    const exchange = { role: "owner", code, codeVerifier: verifier, redirectUri } as const;
    const grant = await platform.oauth?.exchange(exchange, context);
    expect(grant).toMatchObject({ ok: true, value: { account: { id: demoIds.discordGuildId } } });
    expect(await platform.oauth?.exchange(exchange, context)).toMatchObject({ code: "bad_request" });
    const refreshToken = grant?.ok ? (grant.value.refreshToken ?? "") : "";
    expect(await platform.oauth?.refresh(refreshToken, context)).toMatchObject({ kind: "renewed" });
    expect(await platform.oauth?.refresh(refreshToken, context)).toMatchObject({ kind: "dead" });
  });

  test("a stolen code is worth nothing without the verifier", async () => {
    await using stage = await setStage();
    const { context } = bot(stage, makeFakeClock());
    const code = await start(stage, context);
    const stolen = { role: "owner", code, codeVerifier: "w".repeat(43), redirectUri } as const;
    expect(await platform.oauth?.exchange(stolen, context)).toMatchObject({ ok: false });
  });

  test("a wrong client secret disconnects nobody", async () => {
    await using stage = await setStage();
    const { context } = bot(stage, makeFakeClock());
    const config = { ...context.config, DISCORD_CLIENT_SECRET: "wrong" };
    expect(await platform.oauth?.refresh("any", { ...context, config })).toMatchObject({ kind: "later" });
  });
});
