import * as z from "zod";

const networkError = z.object({ cause: z.object({ code: z.string() }) });
const beforeAnyByte = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

/** Only Node tells that no connection came about; workerd calls every network error "lost", so there it stays unknown. */
export function isNeverSent(error: unknown): boolean {
  const seen = networkError.safeParse(error);
  return seen.success && beforeAnyByte.has(seen.data.cause.code);
}
