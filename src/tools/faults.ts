import { longRuns } from "#tools/fault-runs/long-runs";
import { describeCaught, runVariants } from "#tools/fault-runs/run-variants";
import { closingLine } from "#tools/layers/counts";
import { describeLayer, runLayer } from "#tools/layers/run-layer";

const help = `npm run faults -- <name>            the long form of a fault test
npm run faults -- <name> -t <text>  only the tests whose title contains the text
${longRuns.map(({ name, explains }) => `  ${name.padEnd(12)} ${explains}`).join("\n")}
  variants     the product broken on purpose, once for each promise, and who noticed
Without a name: all of them, one after another, and the variants.`;

async function tellVariants(): Promise<void> {
  const caught = await runVariants();
  console.log(`\n${describeCaught(caught)}\n`);
  const missed = caught.filter(({ isCaught }) => !isCaught).length;
  console.log(`${caught.length - missed} of ${caught.length} variants caught`);
  if (missed > 0) process.exitCode = 1;
}

async function main([name, ...rest]: readonly string[]): Promise<void> {
  if (name === "variants") return tellVariants();
  const wanted = longRuns.filter((run) => name === undefined || run.name === name);
  if (wanted.length === 0) {
    console.log(help);
    if (name !== "--help") process.exitCode = 1;
    return;
  }
  for (const { layer, file, env } of wanted) {
    const result = await runLayer({ layer, args: [file, ...rest], env });
    console.log(`\n${describeLayer(result)}\n\n${closingLine(result.counts)}`);
    if (result.counts.failed > 0 || result.counts.passed === 0 || result.isCrashed) process.exitCode = 1;
  }
  if (name === undefined) await tellVariants();
}

await main(process.argv.slice(2));
