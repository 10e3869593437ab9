/** A field of a request the server did not take, with its own sentence. */
export interface FieldProblem {
  field: string;
  message: string;
}

/** Why a request brought nothing. Where there is a `message`, it is the server's own sentence for the person. */
export type Problem =
  | { kind: "unreachable" }
  | { kind: "absent" }
  | { kind: "signedOut" }
  | { kind: "forbidden"; message?: string | undefined }
  | { kind: "rejected"; message: string; field?: string | undefined; fields?: readonly FieldProblem[] }
  /** It changed meanwhile, or is not in the state this needs. */
  | { kind: "conflict"; message: string }
  | { kind: "tooOften"; retryAfterSeconds: number }
  | { kind: "broken"; status: number };

export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** A problem on its way through TanStack Query, which knows failures as thrown errors only. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.kind);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

/** The value, or the problem thrown. */
export function unwrap<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new ProblemError(answer.problem);
  return answer.value;
}

/** What went wrong; a bug in the page itself is `broken`. */
export function problemOf(error: unknown): Problem {
  return error instanceof ProblemError ? error.problem : { kind: "broken", status: 0 };
}
