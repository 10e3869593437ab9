import * as z from "zod";

/** One series since it was last taken: a count, or a histogram's count in each bucket (the last is what exceeds all). */
export const metricSample = z.object({
  family: z.string().max(80),
  labels: z.record(z.string().max(40), z.string().max(80)),
  value: z.number(),
  buckets: z.array(z.number()).max(20).optional(),
});
export type MetricSample = z.infer<typeof metricSample>;

/** Upper bounds in seconds, from a look into memory to a platform that does not answer. */
export const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

interface Family {
  type: "counter" | "gauge" | "histogram";
  help: string;
}

/** Everything `/metrics` shows (60-infrastructure §1.60). No label ever holds a person's name or id. */
export const metricFamilies = {
  waddlebot_commands_total: { type: "counter", help: "Commands by command, platform and status" },
  waddlebot_command_duration_seconds: {
    type: "histogram",
    help: "From the channel's turn to the command's result",
  },
  waddlebot_user_commands_total: { type: "counter", help: "Commands by the caller's role" },
  waddlebot_messages_total: { type: "counter", help: "Chat messages by platform" },
  waddlebot_webhooks_ignored_total: {
    type: "counter",
    help: "Genuine webhooks without effect, by platform and reason",
  },
  waddlebot_messages_sent_total: { type: "counter", help: "Messages said, by platform and status" },
  waddlebot_send_duration_seconds: { type: "histogram", help: "One message's way to its platform" },
  waddlebot_reply_duration_seconds: {
    type: "histogram",
    help: "From a chat message to the reply on its platform",
  },
  waddlebot_errors_total: { type: "counter", help: "What failed, by type and severity" },
  waddlebot_module_executions_total: { type: "counter", help: "Calls of modules by module and status" },
  waddlebot_module_duration_seconds: { type: "histogram", help: "One call of a module" },
  waddlebot_circuit_breaker_failures_total: { type: "counter", help: "Calls that count against a module" },
  waddlebot_rate_limit_exceeded_total: { type: "counter", help: "Commands refused by a limit or cooldown" },
  waddlebot_cache_hits_total: { type: "counter", help: "Look-ups answered from memory" },
  waddlebot_cache_misses_total: { type: "counter", help: "Look-ups that read the database" },
  waddlebot_oauth_token_refreshes_total: { type: "counter", help: "Renewals of platform tokens" },
  waddlebot_http_requests_total: { type: "counter", help: "Requests by service, method and status" },
  waddlebot_http_request_duration_seconds: { type: "histogram", help: "Answering a request" },
  waddlebot_db_queries_total: { type: "counter", help: "Flushes of channels to Postgres" },
  waddlebot_database_query_duration_seconds: { type: "histogram", help: "One flush to Postgres" },
  waddlebot_metric_series_refused_total: { type: "counter", help: "Samples of series beyond the bound" },
  waddlebot_active_channels: { type: "gauge", help: "Channels that are switched on, by platform" },
  waddlebot_communities_total: { type: "gauge", help: "Communities" },
  waddlebot_active_users: { type: "gauge", help: "People who wrote within the last hour" },
  waddlebot_registered_commands: { type: "gauge", help: "Command words in the registry" },
  waddlebot_string_rules: { type: "gauge", help: "String rules that are switched on" },
  waddlebot_connected_accounts: { type: "gauge", help: "Connected platform accounts by platform and status" },
  waddlebot_cache_hit_ratio: { type: "gauge", help: "Hits of all look-ups since the figures began, 0 to 1" },
} as const satisfies Record<`waddlebot_${string}`, Family>;
export type MetricName = keyof typeof metricFamilies;
export type CounterName = {
  [N in MetricName]: (typeof metricFamilies)[N]["type"] extends "counter" ? N : never;
}[MetricName];
export type HistogramName = {
  [N in MetricName]: (typeof metricFamilies)[N]["type"] extends "histogram" ? N : never;
}[MetricName];

/** How fast replies were on one platform in one hour. */
export interface ReplyHour {
  /** Epoch milliseconds of the full hour. */
  hour: number;
  platform: string;
  replies: number;
  p50Seconds: number | null;
  p95Seconds: number | null;
}

/** What the status page is made of. */
export interface StatusFacts {
  /** When the first minute was looked at; null before that. */
  since: number | null;
  minutesSeen: number;
  minutesGood: number;
  /** Newest first. `until` is null while it lasts. */
  incidents: { from: number; until: number | null; what: string }[];
  replies: ReplyHour[];
}

/** The one object in which the figures of all isolates come together. */
export interface MetricsService {
  add(samples: MetricSample[]): Promise<void>;
  read(): Promise<MetricSample[]>;
  /** One look per minute; `problems` is empty when all is well. */
  noteMinute(at: number, problems: string[]): Promise<void>;
  status(): Promise<StatusFacts>;
}
