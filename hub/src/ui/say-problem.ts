import type { Problem } from "#hub/api/problem.ts";
import type { Texts } from "#hub/texts/en.ts";

/** A problem as a sentence for the person at the screen. */
export function sayProblem(problem: Problem, { problem: texts }: Texts): string {
  switch (problem.kind) {
    case "rejected":
      return [
        problem.message,
        ...(problem.fields ?? []).map(({ field, message }) => `${field}: ${message}`),
      ].join(" ");
    case "conflict":
      return problem.message;
    case "forbidden":
      return problem.message ?? texts.forbidden;
    case "tooOften":
      return texts.tooOften(problem.retryAfterSeconds);
    default:
      return texts[problem.kind];
  }
}

/** The rehearsal stage's troubles in its own words: it runs beside the person, on the same machine. */
export function sayStageProblem(problem: Problem, texts: Texts): string {
  if (problem.kind === "unreachable" || problem.kind === "absent" || problem.kind === "broken")
    return texts.stageProblem[problem.kind];
  return sayProblem(problem, texts);
}
