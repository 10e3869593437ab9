const secretKey =
  /pass(word|wd)?|token|api[_-]?key|secret|authorization|cookie|signature|credential|database_url/i;

/** What a secret looks like when it hides in a sentence (threats row 22). */
const secretText =
  /\bBearer\s+\S+|\bxox[a-z]-[\w-]+|\boauth:\w+|\beyJ[\w-]+\.[\w-]+\.[\w-]+|\bwb_[a-z]{2,8}_[0-9A-Za-z]{12}_[\w-]+|\bwbot_[0-9A-Za-z]{15}_[\w-]+|\bwbot_user_[\w-]+|\bpostgres(?:ql)?:\/\/\S+|\b[0-9a-f]{64}\b/gi;

const maxFieldLength = 1024;

/** Masks what may not be written down: by the field's name, and by the look of its text. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Error) return redactText(value.message);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= 4) return "[deep]";
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      secretKey.test(key) ? "[masked]" : redact(item, depth + 1),
    ]),
  );
}

function redactText(text: string): string {
  const clean = text.replace(secretText, "[masked]");
  return clean.length > maxFieldLength ? `${clean.slice(0, maxFieldLength)}…` : clean;
}
