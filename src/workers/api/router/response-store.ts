import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";

export const shownResponse = z.object({
  response_id: z.int(),
  execution_id: z.string(),
  session_id: z.string(),
  module_name: z.string(),
  success: z.boolean(),
  response_action: z.string(),
  error_message: z.string().nullable(),
  processing_time_ms: z.int().nullable(),
  created_at: z.string(),
});
/** With the fields of its own action. */
export type ShownResponse = z.infer<typeof shownResponse> & Record<string, unknown>;

export interface NewResponse {
  /** The same answer to one execution, by one module, is one row. */
  idempotencyKey: string;
  executionId: string;
  sessionId: string;
  communityId: number;
  moduleName: string;
  success: boolean;
  action: string;
  fields: Record<string, unknown>;
  errorMessage: string | null;
  processingTimeMs: number | null;
}

/** The row's id; that of the row there is when this answer was stored before. */
export async function storeResponse(db: Database, response: NewResponse): Promise<number> {
  const { executionId, moduleName, idempotencyKey } = response;
  const { rows } = await db.execute(sql`
    WITH stored AS (
      INSERT INTO module_responses (execution_id, session_id, community_id, module_name, success, response_action,
        response_data, error_message, processing_time_ms, idempotency_key)
      VALUES (${executionId}, ${response.sessionId}, ${response.communityId}, ${moduleName},
        ${response.success}, ${response.action}, ${JSON.stringify(response.fields)}::jsonb, ${response.errorMessage},
        ${response.processingTimeMs}, ${idempotencyKey}) ON CONFLICT DO NOTHING RETURNING id)
    SELECT id FROM stored UNION ALL
    SELECT id FROM module_responses WHERE execution_id = ${executionId} AND module_name = ${moduleName}
      AND idempotency_key = ${idempotencyKey} LIMIT 1`);
  return z.object({ id: z.int() }).parse(rows[0]).id;
}

export interface ResponseFilter {
  /** Null for all communities. */
  communityId: number | null;
  executionId?: string;
  moduleName?: string | undefined;
  action?: string | undefined;
  successOnly?: boolean | undefined;
  limit: number;
}

const row = shownResponse.extend({ data: z.record(z.string(), z.unknown()) });

/** Newest first. */
export async function listResponses(db: Database, filter: ResponseFilter): Promise<ShownResponse[]> {
  const { communityId, executionId, moduleName, action, successOnly, limit } = filter;
  const conditions: SQL[] = [sql`true`];
  if (communityId !== null) conditions.push(sql`community_id = ${communityId}`);
  if (executionId !== undefined) conditions.push(sql`execution_id = ${executionId}`);
  if (moduleName !== undefined) conditions.push(sql`module_name = ${moduleName}`);
  if (action !== undefined) conditions.push(sql`response_action = ${action}`);
  if (successOnly) conditions.push(sql`success`);
  const { rows } = await db.execute(sql`
    SELECT id AS response_id, execution_id, session_id, module_name, success, response_action, error_message,
      processing_time_ms, to_jsonb(created_at) #>> '{}' AS created_at, response_data AS data
    FROM module_responses WHERE ${sql.join(conditions, sql` AND `)} ORDER BY created_at DESC, id DESC LIMIT ${limit}`);
  return z
    .array(row)
    .parse(rows)
    .map(({ data, ...facts }) => ({ ...data, ...facts }));
}

/** Long texts cut for a list: a ticker's to 50 characters, all others to 100 (10-router §1.3). Never through a character. */
export function shorten(response: ShownResponse): ShownResponse {
  const cut = Object.entries(response).map(([name, value]) => {
    if (typeof value !== "string" || uncut.has(name)) return [name, value];
    return [
      name,
      Array.from(value)
        .slice(0, name === "ticker_text" ? 50 : 100)
        .join(""),
    ];
  });
  return { ...response, ...Object.fromEntries(cut) };
}

const uncut = new Set(["execution_id", "session_id", "created_at", "media_url"]);
