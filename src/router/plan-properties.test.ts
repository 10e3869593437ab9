import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { role } from "#contracts/role";
import { authorize, type Grant, standingOf } from "#router/authorize";
import { whyNotAssigned } from "#router/may-assign";
import { parseCommand } from "#router/parse-command";
import { isPermission, permissionLevels } from "#router/permissions";
import { type PlanState, plan } from "#router/plan";
import { aChatEvent, aCommand, aConfig } from "#test/fakes/events";

const roles = fc.constantFrom(...role.options);
const levels = fc.constantFrom("everyone" as const, "member", "moderator", "admin", "owner");
const words = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/);
const rank = ["member", "streamer", "moderator", "admin", "owner"];
const levelRank = { everyone: 0, member: 0, moderator: 2, admin: 3, owner: 4 };

describe("the parser", () => {
  test("reads back every command it could have been typed as", () => {
    const args = fc.array(fc.stringMatching(/^[^\s]{1,10}$/u), { maxLength: 6 });
    const spaces = fc.stringMatching(/^[ \t]{1,3}$/);
    fc.assert(
      fc.property(fc.constantFrom("!", "#"), words, args, spaces, (prefix, name, typed, space) => {
        const line = [prefix + name.toUpperCase(), ...typed].join(space);
        expect(parseCommand(`${space}${line}${space}`)).toEqual({
          prefix,
          name,
          args: typed,
          argsText: typed.join(space),
        });
      }),
    );
  });

  test("is total, and takes nothing for a command that does not begin with a prefix", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const parsed = parseCommand(text);
        if (!/^[!#]/.test(text.trim())) expect(parsed).toBeUndefined();
        if (!parsed) return;
        expect(parsed.name).not.toMatch(/\s/u);
        expect(parsed.args.every((arg) => arg !== "" && !/\s/u.test(arg))).toBe(true);
        expect(text).toContain(parsed.argsText);
      }),
    );
  });

  test("is not made slow by long lines", () => {
    const lines = [
      `!a${" ".repeat(5000)}`,
      "!".repeat(5000),
      `!${"a".repeat(5000)}`,
      `!a ${"\u00a0 ".repeat(2500)}x`,
    ];
    const before = process.threadCpuUsage();
    for (const line of lines) parseCommand(line);
    expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(100);
  });
});

describe("the planner", () => {
  const facts = fc.record({
    assigned: fc.option(roles, { nil: undefined }),
    platformRole: fc.option(roles, { nil: undefined }),
    permissionLevel: levels,
    isEnabled: fc.boolean(),
    isModuleOn: fc.boolean(),
    limitMs: fc.constantFrom(0, 0, 5000),
    cooldownMs: fc.constantFrom(0, 0, 700),
    name: fc.constantFrom("ping", "ban", "kick", "settings", "create_community"),
  });

  test("calls a module only when module, command, rights, limit and cooldown all say yes, and else names the first that does not", () => {
    fc.assert(
      fc.property(facts, (one) => {
        const { assigned, platformRole, permissionLevel, isEnabled, isModuleOn, limitMs, cooldownMs, name } =
          one;
        const config = aConfig({
          commands: [aCommand({ name, permissionLevel, isEnabled })],
          modules: { core: { isEnabled: isModuleOn, settings: {} } },
          roles: assigned ? { "twitch:7": assigned } : {},
        });
        const user = {
          id: "7",
          login: "p",
          name: "P",
          badges: [],
          ...(platformRole ? { platformRole } : {}),
        };
        const state: PlanState = {
          cooldownLeftMs: () => cooldownMs,
          limitLeftMs: () => limitMs,
          matchRules: () => ({ hit: undefined, shadows: [] }),
        };
        const byWord = { ban: 3, kick: 2, settings: 3, create_community: 2, ping: 0 }[name] ?? 0;
        const actual = Math.max(rank.indexOf(assigned ?? "member"), rank.indexOf(platformRole ?? "member"));
        const mayRun = actual >= Math.max(byWord, levelRank[permissionLevel]);
        const checks = [
          [isModuleOn && isEnabled, "disabled"],
          [mayRun, "forbidden"],
          [limitMs === 0, "rate_limited"],
          [cooldownMs === 0, "cooldown"],
        ] as const;
        const expected = checks.find(([isFine]) => !isFine)?.[1];
        const planned = plan(aChatEvent({ text: `!${name} x`, user }), config, [], state);
        expect(planned.kind).toBe(expected === undefined ? "invoke" : "refuse");
        if (planned.kind === "refuse") expect(planned.refusal.code).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test("never throws, whatever is said", () => {
    const idle: PlanState = {
      cooldownLeftMs: () => 0,
      limitLeftMs: () => 0,
      matchRules: () => ({ hit: undefined, shadows: [] }),
    };
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), fc.boolean(), (text, isCommand) => {
        const event = { ...aChatEvent(), text: isCommand ? `!${text}` : text };
        expect(["ignore", "refuse", "invoke"]).toContain(plan(event, aConfig(), [], idle).kind);
      }),
    );
  });
});

describe("authorize", () => {
  const grants = fc.record({
    entity: fc.option(roles, { nil: undefined }),
    community: fc.option(roles, { nil: undefined }),
    global: fc.option(roles, { nil: undefined }),
  });

  test("RBAC-3 asks the channel, then the community, then the global community, and roles of elsewhere never count", () => {
    fc.assert(
      fc.property(grants, roles, ({ entity, community, global }, elsewhere) => {
        const given: Grant[] = [
          { entityId: "twitch:other", role: elsewhere },
          { communityId: 9, role: elsewhere },
          ...(entity ? [{ entityId: "twitch:1", role: entity }] : []),
          ...(community ? [{ communityId: 2, role: community }] : []),
          ...(global ? [{ communityId: 1, role: global }] : []),
        ];
        const roleAt = (resource: { communityId: number; entityId?: string }) =>
          standingOf({ grants: given }, resource).role;
        expect(roleAt({ communityId: 2, entityId: "twitch:1" })).toBe(
          entity ?? community ?? global ?? "member",
        );
        expect(roleAt({ communityId: 2, entityId: "twitch:2" })).toBe(community ?? global ?? "member");
        expect(roleAt({ communityId: 2 })).toBe(community ?? global ?? "member");
        expect(roleAt({ communityId: 3 })).toBe(global ?? "member");
      }),
    );
  });

  test("a higher role may do all a lower one may, and what is no permission nobody may but the owner", () => {
    const here = { communityId: 2 };
    const mayDo = (one: (typeof role.options)[number]) =>
      Object.keys(permissionLevels).filter(
        (name) =>
          isPermission(name) && authorize({ grants: [{ communityId: 2, role: one }] }, name, here).isAllowed,
      );
    for (const [lower, higher] of [
      ["member", "moderator"],
      ["moderator", "admin"],
      ["admin", "owner"],
    ] as const) {
      expect(mayDo(higher)).toEqual(expect.arrayContaining(mayDo(lower)));
      expect(mayDo(higher).length).toBeGreaterThan(mayDo(lower).length);
    }
    for (const name of ["__proto__", "constructor", "users.ban ", ""]) expect(isPermission(name)).toBe(false);
  });

  test("threat 5: in no way does anybody come out above the one who gives, or change their equal", () => {
    fc.assert(
      fc.property(roles, roles, roles, fc.boolean(), (giver, current, wanted, isSelf) => {
        const at = (one: string) => rank.indexOf(one);
        if (whyNotAssigned({ giver, isSelf, current, wanted }) !== undefined) return;
        expect(at(wanted)).toBeLessThanOrEqual(at(giver));
        if (giver === "owner") return;
        if (isSelf) expect(at(wanted)).toBeLessThanOrEqual(at(current));
        else expect(at(current)).toBeLessThan(at(giver));
      }),
      { numRuns: 500 },
    );
  });
});
