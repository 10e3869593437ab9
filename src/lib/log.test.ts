import { expect, test } from "vitest";
import { formatAaaLine, type LogEntry, type LogRecord, makeLog } from "#lib/log";

const linesOf = (...entries: LogEntry[]) => {
  const lines: string[] = [];
  const log = makeLog({ module: "api", version: "0.2.0", now: () => 0, write: (line) => lines.push(line) });
  for (const entry of entries) log(entry);
  return lines;
};

const denied: LogEntry = {
  level: "WARNING",
  category: "AUTH",
  action: "login",
  result: "FAILURE",
  user: "twitch:7",
  correlationId: "c1",
};

test("LOG-1 a failed login is one line with type, user, action, result, module, version and correlation id", () => {
  expect(linesOf(denied).map((line) => JSON.parse(line))).toEqual([
    { timestamp: "1970-01-01T00:00:00.000Z", module: "api", version: "0.2.0", ...denied },
  ]);
});

test("LOG-4 secrets never reach a line, by the name of their field or by their look", () => {
  const details = {
    password: "canary-1",
    api_key: "canary-2",
    nested: { token: "canary-3" },
    text: "Bearer canary-4 and xoxb-canary-5 and postgres://u:canary-6@h/db",
    error: new Error("oauth:canary7"),
  };
  const [line = ""] = linesOf({ ...denied, details });
  expect(line).not.toContain("canary");
  expect(JSON.parse(line)).toMatchObject({
    details: { password: "[masked]", nested: { token: "[masked]" } },
  });
});

test("a name full of line breaks and escapes stays one line, and a long one is cut", () => {
  const name = `\r\n{"forged":true}\u001b[31m${"x".repeat(100_000)}`;
  const lines = linesOf({ ...denied, user: name });
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/\p{Cc}/u);
  expect(lines[0]?.length).toBeLessThan(1500);
});

test("LOG-5 a thousand lines all match the format, whatever the names are", () => {
  const format =
    /^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] (DEBUG|INFO|WARNING|ERROR) \S+:\S+ (AUTH|AUTHZ|AUDIT|ERROR|SYSTEM) community=\S+ user=\S+ action=\S+ result=\S+$/;
  const names = ["pingu", "a b", "x=y result=SUCCESS", "line\nbreak", "", "\u2028", "🐧"];
  const records = Array.from(
    { length: 1000 },
    (_, n): LogRecord => ({
      ...denied,
      timestamp: "2026-11-21T00:00:00.000Z",
      module: "api",
      version: "0.2.0",
      user: `${names[n % names.length]}${n}`,
    }),
  );
  expect(records.map(formatAaaLine).filter((line) => !format.test(line))).toEqual([]);
});
