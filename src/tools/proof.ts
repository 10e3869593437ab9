import { writeFileSync } from "node:fs";
import { cpus, platform, release, totalmem } from "node:os";
import { inProject } from "#tools/paths";
import { readRecords } from "#tools/proof/read-records";
import { renderProof } from "#tools/proof/render";
import { targets } from "#tools/proof/targets";

const help = `npm run proof   writes docs/proof.md from what the last runs of bench and faults left in test-results/
A whole run is: npm test, npm run bench, npm run faults, npm run proof.`;

function main(args: readonly string[]): void {
  if (args.includes("--help")) {
    console.log(help);
    return;
  }
  const all = cpus();
  const page = renderProof(targets, readRecords(), {
    cores: all.length,
    processor: all[0]?.model.trim() || "unknown",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.version,
  });
  writeFileSync(inProject("docs", "proof.md"), page);
  console.log(page);
}

main(process.argv.slice(2));
