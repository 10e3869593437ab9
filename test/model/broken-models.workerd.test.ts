import { describe, expect, test } from "vitest";
import { must } from "#lib/must";
import { compareLines, describeDifference } from "#test/model/compare";
import { Farm, type Sabotage } from "#test/model/farm.workerd";
import { makeSteps } from "#test/model/make-steps";
import { makeWorld } from "#test/model/make-world";
import { predict } from "#test/model/predict";

let renamed = 0;

/** Each way of being wrong, and a kind of line that gives it away. */
const broken: Record<string, { sabotage: Sabotage; shownBy: string }> = {
  "an inbox that takes a re-send for a new event": {
    sabotage: { deliver: (one, isRepeated) => (isRepeated ? withNewName(one) : one) },
    shownBy: "person|",
  },
  "a cooldown nobody keeps": {
    sabotage: {
      config: (config) => ({
        ...config,
        commands: config.commands.map((row) => ({ ...row, cooldownSeconds: 0 })),
      }),
    },
    shownBy: "call|",
  },
  "a limit per minute nobody keeps": {
    sabotage: {
      config: (config) => ({
        ...config,
        commands: config.commands.map((row) => ({ ...row, rateLimitPerMinute: 0 })),
      }),
    },
    shownBy: "call|",
  },
  "a further try that acts again": { sabotage: { retryHasNewKey: true }, shownBy: "call|" },
  "points counted twice when an answer is lost": { sabotage: { flushCountsTwice: true }, shownBy: "person|" },
  "a reply said twice when the platform put it off": { sabotage: { deferredIsSaid: true }, shownBy: "say|" },
  "rights nobody asks for": {
    sabotage: {
      config: (config) => ({
        ...config,
        commands: config.commands.map((row) => ({ ...row, permissionLevel: "everyone" as const })),
      }),
    },
    shownBy: "tell|",
  },
  "rules in the wrong order": {
    sabotage: {
      config: (config) => ({
        ...config,
        rules: config.rules.map((rule) => ({ ...rule, priority: 100 - rule.priority })),
      }),
    },
    shownBy: "rule|",
  },
  "tries that are forgotten with the object": {
    sabotage: { atRestart: (sql) => sql.exec("DELETE FROM retries") },
    shownBy: "log|",
  },
};

function withNewName<T extends { id: string; semanticKey?: string }>({ semanticKey: _, ...one }: T) {
  return { ...one, id: `${one.id}#${++renamed}` };
}

describe("the model is not blind: it reports", () => {
  const world = makeWorld(12);
  const steps = makeSteps(world, { seed: 7, events: 800 });
  const predicted = predict(world, steps);

  test("nothing when nothing is broken", async () => {
    const difference = compareLines(predicted, await new Farm(world).play(steps));
    expect(difference, describeDifference(difference)).toEqual({ missing: [], extra: [] });
  }, 30_000);

  test.each(Object.keys(broken))(
    "%s",
    async (name) => {
      const { sabotage, shownBy } = must(broken[name], name);
      const { missing, extra } = compareLines(predicted, await new Farm(world, sabotage).play(steps));
      const shown = [...missing, ...extra].filter((line) => line.includes(`× ${shownBy}`));
      expect(shown.length, describeDifference({ missing, extra })).toBeGreaterThan(0);
    },
    30_000,
  );
});
