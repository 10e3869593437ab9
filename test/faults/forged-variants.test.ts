import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { WebhookRequest } from "#contracts/platform";
import { must } from "#lib/must";
import { verify } from "#platforms/slack/verify";
import { makeRandom } from "#simulators/random";
import { makeSecrets } from "#test/e2e/stack";
import { makeDoors } from "#test/faults/doors";
import { type Forgery, forge } from "#test/faults/forgeries";
import type { RawRequest } from "#test/faults/raw-http";

const secrets = makeSecrets();
const door = must(
  makeDoors(secrets).find(({ name }) => name === "slack events"),
  "Slack's door",
);
const secret = secrets.simulators.slack.signingSecret;

type Verifier = (request: WebhookRequest) => Promise<boolean>;

const ours: Verifier = async (request) => (await verify(request, { SLACK_SIGNING_SECRET: secret })).ok;

const signatureOf = (request: WebhookRequest) => request.headers.get("x-slack-signature") ?? "";
const timeOf = (request: WebhookRequest) => request.headers.get("x-slack-request-timestamp") ?? "";
const digest = (message: string) =>
  `v0=${createHmac("sha256", secret).update(message, "latin1").digest("hex")}`;
const text = ({ body }: WebhookRequest) => Buffer.from(body).toString("latin1");
const rightFor = (request: WebhookRequest) => digest(`v0:${timeOf(request)}:${text(request)}`);

/** Ways in which such checks have been written, each wrong in one place. */
const broken: Record<string, Verifier> = {
  "compares the first eight digits": async (request) =>
    signatureOf(request).startsWith("v0=") &&
    signatureOf(request).slice(3, 11) === rightFor(request).slice(3, 11),
  "does not look at the age": async (request) => signatureOf(request) === rightFor(request),
  "takes capital digits": async (request) => signatureOf(request).toLowerCase() === rightFor(request),
  "reads the body before it checks it": async (request) => {
    const trimmed = Buffer.from(text(request).trim(), "latin1");
    return signatureOf(request) === rightFor({ ...request, body: trimmed });
  },
  "lets in whoever brings no signature": async (request) =>
    signatureOf(request) === "" || (await ours(request)),
};

/** As HTTP would hand it over; undefined for what HTTP itself turns away. */
function arrived({ headers, body }: RawRequest): WebhookRequest | undefined {
  try {
    const all = new Headers();
    for (const [name, value] of headers) all.append(name, value);
    return { path: "", headers: all, body, receivedAt: Date.now(), correlationId: "c" };
  } catch {
    return undefined;
  }
}

/** Names of the forgeries that came through. Sizes and a certificate check are other doors' business. */
async function comesThrough(check: Verifier, forgeries: readonly Forgery[]): Promise<string[]> {
  const through: string[] = [];
  for (const { name, request, mayBe } of forgeries) {
    const seen = arrived(request);
    if (seen && mayBe === undefined && (await check(seen))) through.push(name);
  }
  return through;
}

describe("P6 the forgeries are not blind", async () => {
  const forgeries = await forge(door, makeRandom(20_260_501), 60);

  test("ours lets none of them in, and the genuine ones all", async () => {
    expect(forgeries.length).toBeGreaterThan(250);
    expect(await comesThrough(ours, forgeries)).toEqual([]);
    for (let count = 0; count < 20; count++)
      expect(await ours(must(arrived(await door.genuine()), "a request"))).toBe(true);
  });

  test.each(Object.entries(broken))("they come through a check that %s", async (_, check) => {
    expect(await comesThrough(check, forgeries)).not.toEqual([]);
  });
});
