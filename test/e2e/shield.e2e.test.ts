import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { type Stack, startStack } from "#test/e2e/stack";
import { slackEventBody, slackRequest } from "#test/faults/platform-requests";

/** The real binding of the real edge with smaller numbers: ten thousand requests are more than a test can afford. */
const perAddress = 30;
const perTenant = 10;

let database: TestDatabase;
let stack: Stack;
let edge: URL;
beforeAll(async () => {
  database = await openTestDatabase();
  stack = await startStack({
    databaseUrl: database.url,
    databaseEndpoint: database.endpoint,
    rateLimits: { SHIELD_ADDRESS: perAddress, SHIELD_TENANT: perTenant },
  });
  edge = await stack.workers.urlOf("waddlebot-edge");
});
afterAll(async () => {
  await stack?.close();
  await database?.close();
});

async function flood(times: number, ask: (n: number) => Promise<Response>) {
  const answers = [];
  for (let n = 0; n < times; n++) {
    const response = await ask(n);
    await response.arrayBuffer();
    answers.push({ status: response.status, retryAfter: response.headers.get("retry-after") });
  }
  return answers;
}

/** A period of the limiter may end in the middle of a flood and let as many through again, but not more. */
function expectShielded(
  answers: readonly { status: number; retryAfter: string | null }[],
  limit: number,
): void {
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.slice(0, limit).every(({ status }) => status !== 429)).toBe(true);
  expect(answers.length - refused.length).toBeLessThanOrEqual(2 * limit);
  expect(refused.length).toBeGreaterThan(0);
  for (const { retryAfter } of refused) expect(retryAfter).toBe("10");
}

test("RLM-5 one address that floods the edge is turned away before its signature is looked at; others are not", async () => {
  const from = (address: string) => () =>
    fetch(new URL("/webhooks/twitch", edge), {
      method: "POST",
      body: "{}",
      headers: { "cf-connecting-ip": address },
    });
  expectShielded(await flood(perAddress * 3, from("203.0.113.7")), perAddress);
  expect((await flood(1, from("203.0.113.8")))[0]?.status).not.toBe(429);
  // Of IPv6 the /64 counts, which one customer holds whole.
  expectShielded(await flood(perAddress * 3, (n) => from(`2001:db8:1:2::${n + 1}`)()), perAddress);
  expect((await flood(1, from("2001:db8:1:3::1")))[0]?.status).not.toBe(429);
});

test("RLM-5 one channel that floods with signed events is told to come back, whatever addresses it uses; other channels are served", async () => {
  const { slack } = stack.secrets.simulators;
  const send = (n: number) => {
    const request = slackRequest({
      secret: slack.signingSecret,
      body: slackEventBody(slack, { text: `line ${n}` }),
    });
    return fetch(new URL(request.path, edge), {
      method: request.method,
      headers: { ...Object.fromEntries(request.headers), "cf-connecting-ip": `198.51.100.${n + 1}` },
      body: request.body ? new Uint8Array(request.body) : null,
    });
  };
  const answers = await flood(perTenant * 3, send);
  expect(answers[0]?.status).toBe(200);
  expectShielded(answers, perTenant);
});
