import { expect, test } from "vitest";
import type { ModuleEffect } from "#contracts/module";
import { handleEvent } from "#durable-objects/channel/walk";
import { manifest as alias } from "#modules/alias/manifest";
import { makeRandom, type Random } from "#simulators/random";
import { aChatEvent, aCommand, aConfig } from "#test/fakes/events";

/** Who leads to whom: the commands each alias runs, in order. */
type Graph = readonly (readonly number[])[];

const random = makeRandom(20_260_501);
const most = 10;

const chain = (length: number): Graph => Array.from({ length }, (_, at) => (at + 1 < length ? [at + 1] : []));
const ring = (length: number): Graph => Array.from({ length }, (_, at) => [(at + 1) % length]);
/** Each runs the next one so many times: ten of ten would be 10^depth commands. */
const bomb = (depth: number, width: number): Graph =>
  Array.from({ length: depth }, (_, at) => Array.from({ length: width }, () => (at + 1) % depth));
const tangle = (size: number, own: Random): Graph =>
  Array.from({ length: size }, () => Array.from({ length: own.int(most + 1) }, () => own.int(size)));

const graphs: Graph[] = [
  ...Array.from({ length: 20 }, (_, at) => chain(at + 1)),
  ...Array.from({ length: 30 }, (_, at) => ring(at + 1)),
  ...Array.from({ length: 10 }, (_, depth) =>
    Array.from({ length: 5 }, (_, width) => bomb(depth + 1, 2 * width + 2)),
  ).flat(),
  ...Array.from({ length: 190 }, (_, at) => tangle(2 + at, random.fork(`tangle ${at}`))),
  ...Array.from({ length: 10 }, (_, at) => tangle(1000, random.fork(`large ${at}`))),
];

async function light(graph: Graph) {
  const names = graph.map((_, at) => `a${at}`);
  const commands = names.map((name) => aCommand({ name, module: "alias", handler: "run" }));
  let executions = 0;
  const handled = await handleEvent(aChatEvent({ text: "!a0" }), aConfig({ commands }), {
    manifests: [alias],
    charge: async () => ({ ok: true, value: null }),
    cooldownLeftMs: () => 0,
    limitLeftMs: () => 0,
    matchRules: () => ({ hit: undefined, shadows: [] }),
    now: () => 0,
    invoke: async ({ command }) => {
      executions += 1;
      const next = graph[names.indexOf(command ?? "")] ?? [];
      const effects = next.map((to): ModuleEffect => ({ type: "command.execute", text: `!a${to}` }));
      return { ok: true, value: { responses: [], effects } };
    },
  });
  return { executions, said: handled.responses.length };
}

test("threat 10: 300 graphs of aliases, rings, bombs and tangles of a thousand, end within ten commands", async () => {
  expect(graphs).toHaveLength(300);
  let reached = 0;
  for (const graph of graphs) {
    const { executions, said } = await light(graph);
    expect(executions).toBeGreaterThanOrEqual(1);
    expect(executions).toBeLessThanOrEqual(most);
    // A stop is said once for each branch that is cut, and no alias has more than ten.
    expect(said).toBeLessThanOrEqual(most * most);
    reached = Math.max(reached, executions);
  }
  // The bound is what stopped them, not something before it.
  expect(reached).toBe(most);
});
