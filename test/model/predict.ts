import type { Happening, Level, ModuleCall, Role, Step, World, WorldCommand } from "#test/model/language";

/**
 * The reference model: what the specification (10-router §1.1 to 1.4, threats row 10 for aliases, 40-core §1.33 for points)
 * says these deliveries lead to, one line an effect, in no order. Written from the text; it shares no code with the bot.
 *
 * Lines: `say` a reply, `unsaid` one the platform refused for good, `tell` a refusal a person reads, `call` a module call, `tries` how often it was called, `show`
 * an overlay frame, `charge` a price taken, `post` a rule's webhook, `word` a registry change, `log` an execution, `dead` a
 * dead letter, `person` messages and points, `rule` hits.
 */
export function predict(world: World, steps: readonly Step[]): string[] {
  const model = new Model(world);
  for (const { at, happenings } of steps) for (const one of happenings) model.take(one, at);
  return model.lines();
}

const rank: Record<Role, number> = { member: 1, streamer: 2, moderator: 3, admin: 4, owner: 5 };
const needed: Record<Level, number> = { everyone: 0, member: 1, moderator: 3, admin: 4, owner: 5 };
const mayPass = ["timeout", "rate_limited", "unavailable"];
const furtherTries = 3;
const aliasDepth = 5;
const minute = 60_000;

interface Scene {
  one: Happening;
  at: number;
  community: World["communities"][number];
  user: string;
  role: Role;
  /** The last refusal, as the log has it. */
  code: string;
  retries: number;
  isLogged: boolean;
  isByRule: boolean;
}

class Model {
  #world: World;
  #effects: string[] = [];
  #seen = new Set<string>();
  /** By channel, person and word. */
  #restsUntil = new Map<string, number>();
  #usedAt = new Map<string, number[]>();
  /** By community and word. */
  #aliases = new Map<string, WorldCommand>();
  #people = new Map<string, { messages: number; points: number }>();
  #hits = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  lines(): string[] {
    const people = [...this.#people].map(([key, sum]) => `person|${key}|${sum.messages}|${sum.points}`);
    return [...this.#effects, ...people, ...[...this.#hits].map(([key, n]) => `rule|${key}|${n}`)];
  }

  /** An event counts once, whatever its id or its platform's second name for it is sent again as. */
  take(one: Happening, at: number): void {
    const names = [`${one.entity} ${one.id}`];
    if (one.semanticKey) names.push(`${one.entity} ~${one.semanticKey}`);
    const isKnown = names.some((name) => this.#seen.has(name));
    for (const name of isKnown ? names.slice(0, 1) : names) this.#seen.add(name);
    const channel = this.#world.channels.find(({ entity }) => entity === one.entity);
    const community = this.#world.communities.find(({ id }) => id === channel?.community);
    if (isKnown || !channel?.isActive || !community) return;
    const user = `${one.platform}:${one.userId}`;
    const assigned = community.roles[user] ?? "member";
    const vouched = one.platformRole ?? "member";
    const role = rank[vouched] > rank[assigned] ? vouched : assigned;
    const scene = {
      one,
      at,
      community,
      user,
      role,
      code: "ok",
      retries: 0,
      isLogged: false,
      isByRule: false,
    };
    this.#count(scene);
    if (one.text !== undefined) this.#read(one.text, 0, scene);
    else if (one.customId !== undefined) this.#press(one.customId, scene);
    else this.#hear(scene);
    if (scene.isLogged) this.#put("log", one.id, scene.code, scene.retries);
  }

  #put(kind: string, ...facts: (string | number)[]): void {
    this.#effects.push([kind, ...facts].join("|"));
  }

  #count({ one, community, user }: Scene): void {
    const key = `${community.id}|${user}`;
    const sum = this.#people.get(key) ?? { messages: 0, points: 0 };
    const fixed: Record<string, number> = { follow: 10, subscription: 50, raid: 30, subgift: 60 };
    const isPaidChat = one.type === "chatMessage" && one.platform !== "twitch";
    sum.messages += one.type === "chatMessage" ? 1 : 0;
    sum.points += isPaidChat ? 5 : (one.bits ?? fixed[one.type] ?? 0);
    this.#people.set(key, sum);
  }

  /** Prefix and word make a command; what is none, or none we know, goes past the string rules. */
  #read(text: string, depth: number, scene: Scene): void {
    const line = text.trim();
    const [first = "", ...rest] = line.split(/\s+/u);
    const isCommand = /^[!#][^\s!#/]/u.test(first);
    const word = first[0] + first.slice(1).toLowerCase();
    const command = isCommand ? this.#find(word, scene.community.id) : undefined;
    if (command) {
      scene.isLogged = true;
      return this.#run(command, word, line.slice(first.length).trim(), depth, scene);
    }
    if (!scene.isByRule && this.#obeyRules(text, depth, scene)) return;
    if (isCommand && first.length > 1 && rest) this.#refuse("not_found", depth > 0, scene);
  }

  #find(word: string, community: number): WorldCommand | undefined {
    const isWord = (row: WorldCommand) => row.word === word && row.listensTo.length === 0;
    return this.#aliases.get(`${community} ${word}`) ?? this.#world.commands.find(isWord);
  }

  /** The first hit decides; rules in shadow mode are noted and do nothing; what a rule caused meets no rule. */
  #obeyRules(text: string, depth: number, scene: Scene): boolean {
    const { one, community, user } = scene;
    const hits = [...community.rules]
      .sort((a, b) => a.priority - b.priority || a.id - b.id)
      .filter(({ entities }) => entities.length === 0 || entities.includes(one.entity))
      .filter((rule) => isMatch(rule.kind, rule.pattern.toLowerCase(), text.toLowerCase()));
    const real = hits.find(({ isShadow }) => !isShadow);
    for (const { id, isShadow } of hits.filter((rule) => rule.isShadow || rule === real)) {
      const key = `${community.id}|${id}|${isShadow ? "shadow" : "real"}`;
      this.#hits.set(key, (this.#hits.get(key) ?? 0) + 1);
      scene.isLogged = true;
    }
    if (!real) return false;
    if (real.does.action === "webhook") this.#put("post", real.does.url, real.id, user, text);
    else if (real.does.action !== "command") this.#say(real.does.text, one.entity);
    else {
      scene.isByRule = true;
      this.#read(real.does.text, depth + 1, scene);
    }
    return true;
  }

  /** Module on, command on, rights, limit, cooldown, price; then the call. Limit and cooldown count from the first try. */
  #run(row: WorldCommand, word: string, args: string, depth: number, scene: Scene): void {
    const { one, at, community, user, role } = scene;
    const isCaused = depth > 0;
    if (depth > aliasDepth) return this.#refuse("conflict", true, scene);
    if (community.disabledModules.includes(row.module) || !row.isEnabled)
      return this.#refuse("disabled", true, scene);
    if (rank[role] < needed[row.level]) return this.#refuse("forbidden", true, scene);
    const key = `${one.entity} ${user} ${word}`;
    const used = (this.#usedAt.get(key) ?? []).filter((stamp) => at - stamp < minute);
    if (row.limitPerMinute > 0 && used.length >= row.limitPerMinute)
      return this.#refuse("rate_limited", isCaused, scene);
    if ((this.#restsUntil.get(key) ?? 0) > at) return this.#refuse("cooldown", isCaused, scene);
    if (row.price > 0 && !this.#world.canPay(user)) return this.#refuse("payment_required", true, scene);
    if (row.price > 0) this.#put("charge", user, row.price, one.id);
    this.#usedAt.set(key, [...used, at]);
    this.#restsUntil.set(key, at + (row.roleCooldowns[role] ?? row.cooldownSeconds) * 1000);
    const call = { module: row.module, handler: row.handler, word: word.slice(1), args, user };
    const runs = this.#call(call, scene);
    if (runs !== undefined) this.#read(runs, depth + 1, scene);
  }

  #press(customId: string, scene: Scene): void {
    const [module = "", action = "", ...context] = customId.split(":");
    scene.isLogged = true;
    const isKnown = this.#world.buttons.includes(`${module}:${action}`);
    if (!isKnown || scene.community.disabledModules.includes(module))
      return this.#refuse("not_found", true, scene);
    this.#call({ module, handler: action, word: "", args: context.join(":"), user: scene.user }, scene);
  }

  #hear(scene: Scene): void {
    const { one, community, user, role } = scene;
    for (const row of this.#world.commands) {
      const isOff = !row.isEnabled || community.disabledModules.includes(row.module);
      if (!row.listensTo.includes(one.type) || isOff || rank[role] < needed[row.level]) continue;
      scene.isLogged = true;
      this.#call({ module: row.module, handler: row.handler, word: "", args: "", user }, scene);
    }
  }

  /** One try, and three more for what may pass by itself; any other failure is final. */
  #call(call: ModuleCall, scene: Scene): string | undefined {
    const { one, community } = scene;
    this.#put("call", one.entity, call.module, call.handler, call.args, call.user, one.id);
    let attempt = 0;
    let answer = this.#world.answer(call, attempt);
    while (!answer.ok && mayPass.includes(answer.code) && attempt < furtherTries) {
      answer = this.#world.answer(call, ++attempt);
    }
    if (call.module !== "alias") this.#put("tries", one.id, call.module, call.handler, attempt + 1);
    scene.retries = Math.max(scene.retries, attempt);
    if (!answer.ok) {
      this.#refuse(answer.code, true, scene);
      if (mayPass.includes(answer.code)) this.#put("dead", one.entity, one.id, attempt + 1);
      return undefined;
    }
    for (const text of answer.says) this.#say(text, one.entity);
    for (const text of answer.shows) this.#put("show", community.id, text);
    this.#register(answer, community.id);
    return answer.runs;
  }

  #say(text: string, entity: string): void {
    this.#put(this.#world.isUnsayable(text) ? "unsaid" : "say", entity, text);
  }

  #register(
    { registers, unregisters }: { registers?: string; unregisters?: string },
    community: number,
  ): void {
    if (registers) this.#aliases.set(`${community} ${registers}`, aliasRow(registers));
    if (unregisters) this.#aliases.delete(`${community} ${unregisters}`);
    if (registers) this.#put("word", community, "register", registers);
    if (unregisters) this.#put("word", community, "unregister", unregisters);
  }

  #refuse(code: string, isSpoken: boolean, scene: Scene): void {
    scene.code = code;
    scene.isLogged = true;
    if (isSpoken) this.#put("tell", scene.one.entity, scene.one.id, code);
  }
}

function isMatch(kind: World["communities"][number]["rules"][number]["kind"], pattern: string, text: string) {
  if (kind === "all") return true;
  if (kind === "exact") return text.trim() === pattern;
  if (kind === "contains") return text.includes(pattern);
  return text.split(/[^\p{L}\p{N}_]+/u).includes(pattern);
}

function aliasRow(word: string): WorldCommand {
  const open = {
    level: "everyone" as const,
    cooldownSeconds: 0,
    roleCooldowns: {},
    limitPerMinute: 60,
    price: 0,
  };
  const plain = { isEnabled: true, listensTo: [], priority: 100, isParallel: false };
  return { word, module: "alias", handler: "run", ...open, ...plain };
}
