import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { overlayType } from "#contracts/overlay";
import { readLocalSecrets } from "#tools/start/local-secrets";
import { makeLocalVars } from "#tools/start/local-vars";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waddlebot-secrets-"));
  file = join(folder, "secrets.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

const addresses = {
  databaseUrl: "postgres://waddlebot:database-password@127.0.0.1:1/waddlebot",
  databaseHttpEndpoint: "http://127.0.0.1:2/sql",
  simulatorsUrl: "http://127.0.0.1:3",
};
const workers = ["waddlebot-local", "waddlebot-core", "waddlebot-sender", "waddlebot-edge", "waddlebot-api"];

test("made once, kept, and readable by the owner only", () => {
  const first = readLocalSecrets(file);
  expect(readLocalSecrets(file)).toEqual(first);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(new Set(Object.values(first.overlayTokens)).size).toBe(overlayType.options.length);
});

test("a file of a version with fewer overlays keeps its tokens and gets the missing ones, once", () => {
  const { overlayTokens, ...others } = readLocalSecrets(file);
  const { ticker, media } = overlayTokens;
  writeFileSync(file, JSON.stringify({ ...others, overlayTokens: { ticker, media } }));
  const grown = readLocalSecrets(file);
  expect(grown).toMatchObject({ ...others, overlayTokens: { ticker, media } });
  expect(Object.keys(grown.overlayTokens).sort()).toEqual([...overlayType.options].sort());
  expect(readLocalSecrets(file)).toEqual(grown);
});

test("a damaged file is one sentence that does not quote it", () => {
  writeFileSync(file, `{"gatewayKey":"half a secr`);
  expect(() => readLocalSecrets(file)).toThrow(/is damaged or of another version\. Start over .*--fresh$/);
  expect(() => readLocalSecrets(file)).not.toThrow(/half a secr/);
  expect(readFileSync(file, "utf8")).toContain("half");
});

test("one secret, one Worker: the edge has no token, the sender nobody's key, a module only the database", () => {
  const secrets = readLocalSecrets(file);
  const vars = makeLocalVars(secrets, addresses, workers);
  const holders = (secret: string) =>
    workers.filter((name) => Object.values(vars[name] ?? {}).some((value) => value.includes(secret)));
  const { twitch, slack, discord } = secrets.simulators;
  // The sender's may be a role that sees its own three tables only (docs/decisions/0020).
  expect(new Set(holders("database-password"))).toEqual(
    new Set(["waddlebot-core", "waddlebot-edge", "waddlebot-api", "waddlebot-sender"]),
  );
  expect([slack.botToken, discord.botToken, twitch.clientSecret].map(holders)).toEqual(
    Array.from({ length: 3 }, () => ["waddlebot-sender"]),
  );
  expect([slack.signingSecret, twitch.eventsubSecret, secrets.gatewayKey].map(holders)).toEqual(
    Array.from({ length: 3 }, () => ["waddlebot-edge"]),
  );
  expect(holders(secrets.serviceApiKey)).toEqual(["waddlebot-api"]);
  expect(Object.keys(vars["waddlebot-core"] ?? {})).toEqual(["DATABASE_URL", "DATABASE_HTTP_ENDPOINT"]);
});
