import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import { makeSimulatorSecrets, simulatorSecrets } from "#simulators/secrets";
import { makeOverlayTokens, overlayTokens, someOverlayTokens } from "#tools/overlay-tokens";
import { PlainError } from "#tools/plain-error";

const hexKey = z.string().regex(/^[0-9a-f]{64}$/);
const localSecrets = z.object({
  /** Open the demo community's overlays, one each type; the database holds only their hashes. */
  overlayTokens,
  gatewayKey: hexKey,
  /** Outgoing webhooks are signed with keys derived from it. */
  webhookSigningKey: hexKey,
  /** Encrypts stored tokens: one key of the keyring. */
  tokenEncryptionKey: hexKey,
  /** Signs what users sign in with. */
  jwtSecret: hexKey,
  /** Binds the sessions of browsers. */
  sessionSecret: hexKey,
  /** Encrypts the secrets of second factors: one key of the API's keyring. */
  factorKey: hexKey,
  /** Opens the broker, which makes super admins. */
  brokerApiKey: hexKey,
  /** Lets one Worker's API be called by our own tools. */
  serviceApiKey: hexKey,
  simulators: simulatorSecrets,
});
export type LocalSecrets = z.infer<typeof localSecrets>;
/** A file of an older version may lack the secret of sessions, the key of second factors and some overlays' tokens: no reason to throw the data away. */
const keptSecrets = localSecrets.extend({
  overlayTokens: someOverlayTokens,
  sessionSecret: hexKey.optional(),
  factorKey: hexKey.optional(),
});

/** This machine's own secrets: made once, readable by the owner only, never shared. */
export function readLocalSecrets(file: string): LocalSecrets {
  if (!existsSync(file)) writeSecrets(file, makeSecrets());
  try {
    return withWhatIsNew(file, keptSecrets.parse(JSON.parse(readFileSync(file, "utf8"))));
  } catch {
    throw new PlainError(
      `The secrets file ${file} is damaged or of another version. Start over with new secrets and an empty database: npm start -- --fresh`,
    );
  }
}

/** What the version that wrote the file did not know yet is made now, once. */
function withWhatIsNew(file: string, kept: z.infer<typeof keptSecrets>): LocalSecrets {
  const whole = localSecrets.safeParse(kept);
  if (whole.success) return whole.data;
  const { overlayTokens: tokens, sessionSecret = randomHex(), factorKey = randomHex() } = kept;
  const made = { ...kept, sessionSecret, factorKey, overlayTokens: makeOverlayTokens(tokens) };
  writeSecrets(file, made);
  return made;
}

function makeSecrets(): LocalSecrets {
  return {
    overlayTokens: makeOverlayTokens(),
    gatewayKey: randomHex(),
    tokenEncryptionKey: randomHex(),
    jwtSecret: randomHex(),
    brokerApiKey: randomHex(),
    webhookSigningKey: randomHex(),
    serviceApiKey: randomHex(),
    sessionSecret: randomHex(),
    factorKey: randomHex(),
    simulators: makeSimulatorSecrets(),
  };
}

function writeSecrets(file: string, made: LocalSecrets): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(made), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function randomHex(): string {
  return randomBytes(32).toString("hex");
}
