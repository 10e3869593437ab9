import type {
  ModuleAnswer,
  ModuleCall,
  World,
  WorldChannel,
  WorldCommand,
  WorldRule,
} from "#test/model/language";

const plain: Omit<WorldCommand, "word" | "handler"> = {
  module: "core",
  level: "everyone",
  cooldownSeconds: 0,
  roleCooldowns: {},
  limitPerMinute: 0,
  price: 0,
  isEnabled: true,
  listensTo: [],
  priority: 100,
  isParallel: false,
};
const command = (word: string, facts: Partial<WorldCommand> = {}): WorldCommand => {
  return { ...plain, word, handler: word.slice(1), ...facts };
};

const follow = ["follow", "raid"];
const commands: readonly WorldCommand[] = [
  command("!ping"),
  command("!cool", { cooldownSeconds: 10, roleCooldowns: { moderator: 0 } }),
  command("!lim", { limitPerMinute: 2 }),
  command("!mod", { level: "moderator" }),
  command("!own", { level: "owner" }),
  command("!off", { isEnabled: false }),
  command("!pay", { price: 50 }),
  command("!flaky", { cooldownSeconds: 5 }),
  command("!show", { module: "show" }),
  command("!mem", { module: "memories" }),
  command("#game", { module: "game" }),
  command("!alias", { module: "alias", level: "moderator" }),
  command("!on:late", { module: "late", handler: "event", listensTo: follow, priority: 20 }),
  command("!on:early", { module: "early", handler: "event", listensTo: [...follow, "cheer"], priority: 10 }),
  command("!on:beside", { module: "beside", handler: "event", listensTo: follow, isParallel: true }),
];

/** What each alias stands for; `w3` and `w4` lead to each other. */
const aliasTexts: Readonly<Record<string, string>> = {
  w0: "!ping hi",
  w1: "!cool x",
  w2: "!w0",
  w3: "!w4",
  w4: "!w3",
  w5: "!flaky timeout 2",
  w6: "!mod do",
  w7: "!nosuch thing",
};
export const aliasWords: readonly string[] = Object.keys(aliasTexts);
/** The others stay once they are there: what is tried again should mean the same then. */
export const removableAliases: readonly string[] = ["w0", "w1", "w6", "w7"];

const says = (...texts: string[]): ModuleAnswer => ({ ok: true, says: texts, shows: [] });

/** `timeout 2` fails twice, `internal 1` for good. */
function flaky(args: string, attempt: number): ModuleAnswer {
  const [code = "", times = "0"] = args.split(" ");
  if (attempt >= Number(times)) return says(`at last ${args}`);
  if (code === "timeout" || code === "rate_limited" || code === "unavailable" || code === "internal") {
    return { ok: false, code };
  }
  return says("what?");
}

/** The module that comes late times out as often as the last digit of the caller's id says. */
function late({ user }: ModuleCall, attempt: number): ModuleAnswer {
  const fails = Number(user.at(-1)) % 5;
  return attempt < fails ? { ok: false, code: "timeout" } : says(`late thanks ${user}`);
}

function alias({ handler, word, args }: ModuleCall): ModuleAnswer {
  if (handler === "run") return { ok: true, says: [], shows: [], runs: aliasTexts[word] ?? "!nosuch" };
  const [verb, name = ""] = args.split(" ");
  const done = { ok: true as const, says: [`${verb} ${name}`], shows: [] };
  return verb === "add" ? { ...done, registers: `!${name}` } : { ...done, unregisters: `!${name}` };
}

function answer(call: ModuleCall, attempt: number): ModuleAnswer {
  const { module, handler, args } = call;
  if (module === "alias") return alias(call);
  if (module === "late") return late(call, attempt);
  if (module === "show") return { ok: true, says: [`showing ${args}`], shows: [`${handler} ${args}`] };
  if (handler === "flaky") return flaky(args, attempt);
  return says(`${module}.${handler} ${args}`.trim());
}

const rule = (id: number, facts: Omit<WorldRule, "id" | "isShadow" | "entities"> & Partial<WorldRule>) => ({
  isShadow: false,
  entities: [],
  ...facts,
  id,
});

function rulesOf(community: number, entities: readonly string[]): WorldRule[] {
  const id = community * 10;
  const hook = { action: "webhook" as const, url: "https://hooks.example/rule" };
  return [
    rule(id + 1, {
      kind: "contains",
      pattern: "badword",
      does: { action: "warn", text: "Mind your words." },
      priority: 10,
    }),
    rule(id + 2, { kind: "word", pattern: "cat", does: { action: "block", text: "No cats." }, priority: 20 }),
    rule(id + 3, {
      kind: "exact",
      pattern: "say ping",
      does: { action: "command", text: "!ping ruled" },
      priority: 5,
    }),
    rule(id + 4, {
      kind: "contains",
      pattern: "hook",
      does: hook,
      priority: 30,
      entities: entities.slice(0, 1),
    }),
    rule(id + 5, {
      kind: "contains",
      pattern: "quiet",
      does: { action: "warn", text: "Sh." },
      priority: 1,
      isShadow: true,
    }),
    rule(id + 6, {
      kind: "contains",
      pattern: "badword",
      does: { action: "block", text: "Never." },
      priority: 50,
    }),
    rule(id + 7, {
      kind: "exact",
      pattern: "say own",
      does: { action: "command", text: "!own ruled" },
      priority: 5,
    }),
  ];
}

const platforms = ["twitch", "discord", "slack"] as const;
/** Channels that nobody registered or that are switched off. */
const strangers = 3;

/** `channels` channels on three platforms, two or three a community; the last ones are nobody's or switched off. */
export function makeWorld(channels: number): World {
  const all: WorldChannel[] = Array.from({ length: channels }, (_, index) => {
    const platform = platforms[index % platforms.length] ?? "twitch";
    const isStranger = index >= channels - strangers;
    const entity = `${platform}:s${index}${platform === "twitch" ? "" : ":c1"}`;
    const community = isStranger && index % 2 === 0 ? null : Math.floor(index / 2.5) + 2;
    return { entity, platform, community, isActive: !isStranger };
  });
  const ids = [...new Set(all.flatMap(({ community }) => (community === null ? [] : [community])))];
  const communities = ids.map((id) => ({
    id,
    disabledModules: id % 3 === 0 ? ["memories", "beside"] : [],
    rules: rulesOf(
      id,
      all.filter(({ community }) => community === id).map(({ entity }) => entity),
    ),
    roles: Object.fromEntries(
      platforms.flatMap((platform) => [
        [`${platform}:1`, "moderator"] as const,
        [`${platform}:2`, "owner"] as const,
      ]),
    ),
  }));
  return {
    channels: all,
    communities,
    commands,
    buttons: ["show:press"],
    answer,
    canPay: (user) => !user.endsWith("5"),
    isUnsayable: (text) => text.endsWith("13"),
  };
}
