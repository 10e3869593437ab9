import * as z from "zod";

/** Text that Postgres and a log line can hold: no control characters, no half of a surrogate pair. */
export function plainText(max: number) {
  return z
    .string()
    .min(1)
    .max(max)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "must not hold control characters");
}

/** Kept and shown, never called from here. No password may hide in it. */
export const endpointUrl = z
  .url({ protocol: /^https?$/, error: "must be an http or https address" })
  .max(2048)
  .refine((text) => {
    const url = URL.parse(text);
    return url !== null && url.username === "" && url.password === "";
  }, "must not hold a user name or password");

/** Settings a collector may keep: any JSON, bounded by its length as text. */
export const config = z
  .record(z.string().min(1).max(64), z.unknown())
  .refine(isStorable, "must be at most 8,192 characters of JSON without NUL");

function isStorable(value: unknown): boolean {
  const text = JSON.stringify(value);
  // JSON.stringify writes a lone surrogate and NUL as escapes; jsonb refuses both.
  return text.length <= 8192 && !/\\u0000|\\ud[89a-f]/i.test(text);
}
