/** What went wrong as one sentence for people, with what to do; the commands print it without a stack. */
export class PlainError extends Error {
  override name = "PlainError";
}

/** The sentence of a PlainError; a bug keeps its stack, because only a developer can use it. */
export function explain(error: unknown): string {
  if (error instanceof PlainError) return error.message;
  if (error instanceof Error) return error.stack ?? error.message;
  return String(error);
}

/** The system's short code (`EADDRINUSE`, Postgres `28P01`), where the error carries one. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
