import type { Execution } from "#contracts/execution";
import type { Flush } from "#durable-objects/channel/write-flush";
import type { MeterPost } from "#durable-objects/metrics/meter-post";
import { manifests } from "#modules/manifests";

/** Words of our own modules; what a community named itself is shown as its module, so that no label grows with communities. */
const ownWords = new Set(
  manifests.flatMap(({ commands }) => commands.flatMap(({ name, aliases = [] }) => [name, ...aliases])),
);
const ownModules = new Set(manifests.map(({ name }) => name));
const limited = new Set(["rate_limited", "cooldown"]);
/** A module's own no is its answer; these are its failures. */
const failures = new Set(["timeout", "unavailable", "unknown"]);

/** What a flush tells `/metrics`. It is counted when Postgres has it, so a crash before that loses no figure. */
export function countFlush(meter: MeterPost, flush: Flush, tookMs: number): void {
  const platform = (flush.entityId ?? flush.executions[0]?.entityId ?? "").split(":")[0] ?? "";
  const messages = flush.activity.reduce((sum, row) => sum + row.messages, 0);
  if (messages > 0) meter.count("waddlebot_messages_total", { platform }, messages);
  for (const execution of flush.executions) countExecution(meter, execution, platform);
  meter.count("waddlebot_db_queries_total", { operation: "flush" });
  meter.observe("waddlebot_database_query_duration_seconds", { operation: "flush" }, tookMs);
}

function countExecution(meter: MeterPost, execution: Execution, platform: string): void {
  const { status, code, startedAt, finishedAt, calls, user, trigger, responses } = execution;
  const tookMs = finishedAt - startedAt;
  if (trigger.kind === "command") {
    const command = wordOf(execution);
    meter.count("waddlebot_commands_total", { command, platform, status });
    meter.count("waddlebot_user_commands_total", { role: user.role });
    meter.observe("waddlebot_command_duration_seconds", { command }, tookMs);
  }
  if (code !== null && limited.has(code)) meter.count("waddlebot_rate_limit_exceeded_total", { platform });
  if (status === "failed")
    meter.count("waddlebot_errors_total", { error_type: code ?? "unknown", severity: "error" });
  if (responses.some(({ state }) => state === "inline"))
    meter.observe("waddlebot_reply_duration_seconds", { platform }, tookMs);
  for (const call of calls) {
    const module = labelOf(call.module);
    meter.count("waddlebot_module_executions_total", { module, status: call.outcome });
    meter.observe("waddlebot_module_duration_seconds", { module }, call.finishedAt - call.startedAt);
    if (failures.has(call.outcome)) meter.count("waddlebot_circuit_breaker_failures_total", { module });
  }
}

function wordOf({ trigger, module }: Execution): string {
  const word = (trigger.text.trim().split(/\s/, 1)[0] ?? "").slice(1).toLowerCase();
  return ownWords.has(word) ? word : labelOf(module);
}

function labelOf(module: string | null): string {
  return module !== null && ownModules.has(module) ? module : "community";
}
