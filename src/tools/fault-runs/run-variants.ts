import { readFileSync } from "node:fs";
import * as z from "zod";
import { type Variant, variants } from "#tools/fault-runs/variants";
import { runLayer } from "#tools/layers/run-layer";
import { inProject } from "#tools/paths";

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ title: z.string(), status: z.string() })),
    }),
  ),
});

export interface Caught extends Variant {
  /** Undefined: the test did not run. */
  isCaught: boolean | undefined;
}

/** Runs the tests that must notice, and says of each variant whether they did. */
export async function runVariants(): Promise<Caught[]> {
  const caught: Caught[] = [];
  for (const [layer, own] of Map.groupBy(variants, (variant) => variant.layer)) {
    const files = [...new Set(own.map(({ file }) => file))];
    const titles = own.map(({ title }) => asPattern(title)).join("|");
    await runLayer({ layer, args: [...files, "-t", titles] });
    caught.push(...own.map((variant) => ({ ...variant, isCaught: wasCaught(variant, readTests(layer)) })));
  }
  return caught;
}

interface Test {
  file: string;
  title: string;
  status: string;
}

function readTests(layer: string): Test[] {
  const parsed = report.safeParse(
    JSON.parse(readFileSync(inProject("test-results", `${layer}.json`), "utf8")),
  );
  return (parsed.data?.testResults ?? []).flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ title, status }) => ({ file: name, title, status })),
  );
}

/** The test that notices is green when it noticed. */
export function wasCaught({ file, title }: Variant, tests: readonly Test[]): boolean | undefined {
  const end = new RegExp(`${asPattern(title)}$`);
  const own = tests.filter((test) => test.file.endsWith(file) && end.test(test.title));
  const ran = own.filter(({ status }) => status === "passed" || status === "failed");
  return ran.length === 0 ? undefined : ran.every(({ status }) => status === "passed");
}

/** A title as vitest matches it; `%s` stands for whatever a table of tests puts there. */
function asPattern(title: string): string {
  return title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("%s", ".+");
}

export function describeCaught(all: readonly Caught[]): string {
  const width = Math.max(...all.map(({ property }) => property.length));
  const word = ({ isCaught }: Caught) => {
    if (isCaught === undefined) return "DID NOT RUN";
    return isCaught ? "caught" : "NOT CAUGHT";
  };
  return all
    .map(
      (one) =>
        `${one.property.padEnd(width)}  ${word(one).padEnd(11)}  ${one.variant}\n${" ".repeat(width + 15)}by ${one.file}`,
    )
    .join("\n");
}
