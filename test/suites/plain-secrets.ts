import { sql } from "drizzle-orm";
import type { Database } from "#db/client";

/** What our own secrets look like, wherever they came from: keys, invitation and verification codes, signing keys, tokens. */
const shapes: readonly [string, RegExp][] = [
  ["an API key", /\b(?:wb_[a-z]{2,8}_[0-9A-Za-z]{12}|wbot_(?:user_)?[0-9A-Za-z]{0,15})_?[\w-]{43}\b/],
  ["an invitation", /\bwbi_[\w-]{43}\b/],
  ["a signing key", /\bwhsec_[A-Za-z0-9+/=_-]{20,}/],
  ["a JSON web token", /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/],
  ["a Google API key", /\bAIza[\w-]{30,}/],
  ["a Slack token", /\bxox[abprs]-[\w-]{10,}/],
];

export interface PlainSecret {
  table: string;
  /** Which canary by its place in the list, or what it looks like; never the secret. */
  what: string;
}

/**
 * Reads every row of every table as a dump would, and says where one of these texts, or anything of a secret's shape,
 * stands in it. `canaries` are what was handed out or typed in during the run: keys, tokens, codes, passwords. Their
 * base64 counts too.
 */
export async function findPlainSecrets(db: Database, canaries: readonly string[]): Promise<PlainSecret[]> {
  const wanted = canaries.filter((canary) => canary.length >= 6);
  if (wanted.length !== canaries.length) throw new Error("a canary this short would be found by chance");
  const { rows } = await db.execute(sql`
    SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2`);
  const found: PlainSecret[] = [];
  for (const { schema, name } of rows) {
    const table = `${schema}.${name}`;
    const dump = await db.execute(sql`
      SELECT t::text AS line FROM ${sql.identifier(String(schema))}.${sql.identifier(String(name))} t`);
    const text = dump.rows.map(({ line }) => String(line)).join("\n");
    for (const [index, canary] of wanted.entries()) {
      const isThere = text.includes(canary) || text.includes(btoa(canary).replaceAll("=", ""));
      if (isThere) found.push({ table, what: `canary ${index}` });
    }
    for (const [what, shape] of shapes) if (shape.test(text)) found.push({ table, what });
  }
  return found;
}

/** Fields whose value is a secret by their name; a word alone (`"code": "not_found"`) is none. */
const secretField =
  /"(?:[a-z_]*(?:token|secret|password|passphrase|api_key|recovery_code)|key|code)"\s*:\s*"((?=[^"]*\d)(?!ERROR_)[^"\\]{16,})"/gi;

/** Everything in a text that has a secret's shape or stands in a secret's field: the canaries of whatever was answered. */
export function secretsIn(text: string): string[] {
  const shaped = shapes.flatMap(([, shape]) =>
    [...text.matchAll(new RegExp(shape, "g"))].map(([secret]) => secret),
  );
  const named = [...text.matchAll(secretField)].map(([, secret = ""]) => secret);
  // The address of an overlay is its secret.
  const addressed = [...text.matchAll(/\/([0-9a-f]{64})(?=[/"])/g)].map(([, secret = ""]) => secret);
  return [...new Set([...shaped, ...named, ...addressed])];
}
