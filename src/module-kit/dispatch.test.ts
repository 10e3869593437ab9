import { expect, test } from "vitest";
import type { ModuleResultInput } from "#contracts/module";
import { type Outcome, refuse } from "#contracts/outcome";
import { type LogEntry, makeLog } from "#lib/log";
import { dispatch } from "#module-kit/dispatch";
import { parseEnv } from "#module-kit/parse-env";
import { say } from "#module-kit/say";
import { anInvocation } from "#test/fakes/an-invocation";

/** Runs one handler called `ping` and keeps what was logged. */
async function run(handler: () => Promise<Outcome<ModuleResultInput>>, getDeps = () => ({})) {
  const logged: LogEntry[] = [];
  const tools = { handlers: { ping: handler }, getDeps, log: (entry: LogEntry) => void logged.push(entry) };
  return { outcome: await dispatch(anInvocation(), tools), logged };
}

test("a handler's answer comes back whole, with the defaults of the contract", async () => {
  const { outcome, logged } = await run(async () => say("hello"));
  expect(outcome).toEqual({ ok: true, value: { responses: [{ type: "chat", text: "hello" }], effects: [] } });
  expect(logged).toEqual([]);
});

test("a refusal comes back as it is", async () => {
  const refusal = refuse("cooldown", { message: "Not yet.", retryAfterMs: 500 });
  expect((await run(async () => refusal)).outcome).toEqual(refusal);
});

test("a throw becomes a sentence, and one log line that repeats nothing a person wrote", async () => {
  const { outcome, logged } = await run(async () => {
    const cause = Object.assign(new Error("duplicate key: my secret quote"), { code: "23505" });
    throw new Error("failed with params: my secret quote", { cause });
  });
  expect(outcome).toEqual({
    ok: false,
    code: "internal",
    message: "Something went wrong on our side. Please try again in a moment.",
  });
  const [entry] = logged;
  expect(entry).toMatchObject({
    level: "ERROR",
    action: "module.invoke",
    result: "FAILURE",
    community: 1,
    correlationId: "c-1",
    details: { handler: "ping", errors: ["Error", "Error 23505"] },
  });
  const lines: string[] = [];
  if (entry) makeLog({ module: "core", version: "1", write: (line) => lines.push(line) })(entry);
  expect(lines).toHaveLength(1);
  expect(lines.join()).not.toContain("secret");
  expect(lines.join()).toContain("dispatch.test");
});

test("a result outside the contract is a bug of the module, not an answer", async () => {
  const { outcome, logged } = await run(async () => say(""));
  expect(outcome).toMatchObject({ ok: false, code: "internal" });
  expect(logged).toHaveLength(1);
});

test("a missing variable refuses each invocation and names itself in the log", async () => {
  const { outcome, logged } = await run(
    async () => say("hello"),
    () => parseEnv({}),
  );
  expect(outcome).toMatchObject({ ok: false, code: "internal" });
  expect(logged[0]?.details).toMatchObject({
    errors: ["ConfigError"],
    message: "DATABASE_URL is not set: give this Worker the variable or secret of that name",
  });
});

test("an invocation that is none is refused before any handler runs", async () => {
  let calls = 0;
  const handlers = {
    ping: async () => {
      calls += 1;
      return say("hello");
    },
  };
  const broken = anInvocation({ id: "x".repeat(2000) });
  const outcome = await dispatch(broken, { handlers, getDeps: () => ({}), log: () => {} });
  expect(outcome).toMatchObject({ ok: false, code: "bad_request" });
  expect(calls).toBe(0);
});
