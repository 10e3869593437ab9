import { judge, type Records } from "#tools/proof/judge";
import type { Target } from "#tools/proof/targets";

export interface Machine {
  cores: number;
  processor: string;
  memoryGb: number;
  system: string;
  node: string;
}

/** The report: every figure is read from what a run wrote, none is written by hand. */
export function renderProof(targets: readonly Target[], records: Records, machine: Machine): string {
  const rows = targets.map((target) => ({ target, verdict: judge(target, records) }));
  const count = (state: string) => rows.filter(({ verdict }) => verdict.state === state).length;
  return `# Proof

\`npm run proof\` writes this page from what the last runs left in \`test-results/\`. No figure here is written by hand. What each target
means, which test is its short form and which variant must be caught: [guides/faults.md](guides/faults.md). How to read the bench:
[guides/bench.md](guides/bench.md). Attacks: [security.md](security.md).

Machine: ${machine.cores} cores (${machine.processor}), ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}. Load
generators share it with what they load.

${rows.length} targets: ${count("met")} met, ${count("missed")} missed, ${count("tried less")} held in a smaller form than promised,
${count("not measured")} not measured.

| Target | Promise | Verdict | Figures | Measured |
| --- | --- | --- | --- | --- |
${rows
  .map(
    ({ target: { id, promise, command }, verdict: { state, words, at } }) =>
      `| ${id} | ${promise} | ${state} | ${words} | \`${command}\`${at ? ` ${at.slice(0, 16).replace("T", " ")}` : ""} |`,
  )
  .join("\n")}
`;
}
