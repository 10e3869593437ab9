import { sql } from "drizzle-orm";
import * as z from "zod";

const count = z.coerce.number();

export const ruleStatistics = z.object({
  total_rules: count.describe("Switched on"),
  warn_rules: count,
  block_rules: count,
  command_rules: count,
  webhook_rules: count,
  total_matches: count.describe("Of all rules, those switched off too"),
});

/** One JSON value over rows of `string_rules`. */
export const ruleFigures = sql`jsonb_build_object(
  'total_rules', count(*) FILTER (WHERE is_active),
  'warn_rules', count(*) FILTER (WHERE is_active AND action = 'warn'),
  'block_rules', count(*) FILTER (WHERE is_active AND action = 'block'),
  'command_rules', count(*) FILTER (WHERE is_active AND action = 'command'),
  'webhook_rules', count(*) FILTER (WHERE is_active AND action = 'webhook'),
  'total_matches', coalesce(sum(match_count), 0))`;
