import { expect, test } from "vitest";
import { withTroubleCounted } from "#durable-objects/channel/count-trouble";
import type { LogEntry } from "#lib/log";

test("MTR-1 what a channel reports as wrong is written and counted; what went well is only written", () => {
  const written: string[] = [];
  const counted: unknown[] = [];
  const log = withTroubleCounted(({ action }) => written.push(action), {
    count: (name, labels) => counted.push([name, labels]),
  });
  const tell = (action: string, result: LogEntry["result"]) =>
    log({ level: "ERROR", category: "ERROR", action, result });
  tell("channel.flush", "FAILURE");
  tell("inbox.accept", "DENIED");
  tell("channel.flush", "SUCCESS");
  tell("a name from outside", "FAILURE");
  expect(written).toHaveLength(4);
  expect(counted).toEqual([
    ["waddlebot_errors_total", { error_type: "channel.flush", severity: "critical" }],
    ["waddlebot_errors_total", { error_type: "inbox.accept", severity: "critical" }],
  ]);
});
