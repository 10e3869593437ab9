import type { Problem } from "#hub/api.ts";
import type { Texts } from "#hub/texts/en.ts";

/** A problem as a sentence for the person at the screen. */
export function sayProblem(problem: Problem, texts: Texts): string {
  return problem.kind === "rejected" ? problem.message : texts.problem[problem.kind];
}
