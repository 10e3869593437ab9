import { closingLine } from "#tools/layers/counts";
import { describeLayer, runLayer } from "#tools/layers/run-layer";

/** The long form of a fault test: what `npm test` runs in short. */
interface LongRun {
  name: string;
  file: string;
  env: Readonly<Record<string, string>>;
  explains: string;
}

const longRuns: readonly LongRun[] = [
  {
    name: "bad-input",
    file: "test/e2e/bad-input.e2e.test.ts",
    env: { BAD_REQUESTS: "10000" },
    explains: "10,000 bad requests to each group of routes; memory must stay flat",
  },
];

const help = `npm run faults -- <name>            the long form of a fault test
npm run faults -- <name> -t <text>  only the tests whose title contains the text
${longRuns.map(({ name, explains }) => `  ${name.padEnd(12)} ${explains}`).join("\n")}
Without a name: all of them, one after another.`;

async function main([name, ...rest]: readonly string[]): Promise<void> {
  const wanted = longRuns.filter((run) => name === undefined || run.name === name);
  if (wanted.length === 0) {
    console.log(help);
    if (name !== "--help") process.exitCode = 1;
    return;
  }
  for (const { file, env } of wanted) {
    const result = await runLayer({ layer: "e2e", args: [file, ...rest], env });
    console.log(`\n${describeLayer(result)}\n\n${closingLine(result.counts)}`);
    if (result.counts.failed > 0 || result.counts.passed === 0 || result.isCrashed) process.exitCode = 1;
  }
}

await main(process.argv.slice(2));
