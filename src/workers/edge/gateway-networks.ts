import { eq, sql } from "drizzle-orm";
import * as z from "zod";
import type { IrcNetworkConfig } from "#contracts/gateway";
import { ircNetwork } from "#contracts/gateway";
import type { NetworkPasswords, SealedPasswords } from "#contracts/gateway-service";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { type DatabaseAddress, openDatabase } from "#db/client";
import { gatewayNetworks } from "#db/schema/gateway";
import type { Cipher, Place } from "#lib/cipher";
import { makeCipher } from "#lib/cipher";
import { parseKeyring } from "#lib/keyring";
import type { Log } from "#lib/log";

type Row = typeof gatewayNetworks.$inferSelect;

/** Networks have a keyring of their own: the edge faces everybody and must not be able to open anybody's token. */
const keyringVariable = "GATEWAY_ENCRYPTION_KEYS";
const settings = z.object({ [keyringVariable]: z.string().optional() });

/** What of an environment networks need; the keyring is read by its name. */
export interface NetworkEnv extends DatabaseAddress {
  GATEWAY_ENCRYPTION_KEYS?: string | undefined;
}

/** All active networks with their passwords in the clear. One whose password cannot be opened is left out, and reported. */
export async function loadNetworks(env: NetworkEnv, log: Log): Promise<IrcNetworkConfig[]> {
  const rows = await openDatabase(env)
    .select()
    .from(gatewayNetworks)
    .where(eq(gatewayNetworks.isActive, true));
  const cipher = await openCipher(env);
  const read = await Promise.all(rows.map((row) => readRow(row, cipher)));
  return read.flatMap((answer, index) => {
    if (answer.ok) return [answer.value];
    const details = { connection: rows[index]?.host, reason: answer.message };
    log({ level: "ERROR", category: "ERROR", action: "gateway.network", result: "FAILURE", details });
    return [];
  });
}

/** Writes one network, its passwords sealed. Refused without a keyring when it has any. */
export async function saveNetwork(env: NetworkEnv, network: IrcNetworkConfig): Promise<Outcome<null>> {
  const { host, sasl, password, ca = null, pollSeconds = null, isPublicOnly, ...rest } = network;
  const sealed = await sealPasswords(env, host, { password, saslPassword: sasl?.password });
  if (!sealed.ok) return sealed;
  const row = {
    ...rest,
    ca,
    pollSeconds,
    saslAccount: sasl?.account ?? null,
    saslPasswordEnc: sealed.value.saslPassword,
    passwordEnc: sealed.value.password,
    isTrusted: isPublicOnly !== true,
  };
  await openDatabase(env)
    .insert(gatewayNetworks)
    .values({ host, ...row })
    .onConflictDoUpdate({
      target: gatewayNetworks.host,
      set: { ...row, version: sql`${gatewayNetworks.version} + 1`, updatedAt: sql`now()` },
    });
  return succeed(null);
}

/** Bound to this network and their column; no way leads back but `loadNetworks`. */
export async function sealPasswords(
  env: object,
  host: string,
  { password, saslPassword }: NetworkPasswords,
): Promise<Outcome<SealedPasswords>> {
  const cipher = await openCipher(env);
  const sealedSasl = await seal(cipher, placeOf(host, "sasl_password_enc"), saslPassword);
  if (!sealedSasl.ok) return sealedSasl;
  const sealed = await seal(cipher, placeOf(host, "password_enc"), password);
  return sealed.ok ? succeed({ password: sealed.value, saslPassword: sealedSasl.value }) : sealed;
}

type Opened = { ok: true; value: IrcNetworkConfig } | { ok: false; message: string };

async function readRow(row: Row, cipher: Cipher | undefined): Promise<Opened> {
  const { host, port, tls, ca, nick, flavour, pollSeconds, burstLines, linesPerSecond, saslAccount } = row;
  const saslPassword = await open(cipher, placeOf(host, "sasl_password_enc"), row.saslPasswordEnc);
  const password = await open(cipher, placeOf(host, "password_enc"), row.passwordEnc);
  if (saslPassword === failed || password === failed)
    return { ok: false, message: "its password cannot be opened" };
  const network = ircNetwork.safeParse({
    ...{ host, port, tls, nick, flavour, burstLines, linesPerSecond },
    ...(ca !== null && { ca }),
    ...(pollSeconds !== null && { pollSeconds }),
    ...(saslAccount !== null && { sasl: { account: saslAccount, password: saslPassword } }),
    ...(password !== undefined && { password }),
    ...(!row.isTrusted && { isPublicOnly: true }),
  });
  if (network.success) return { ok: true, value: network.data };
  return { ok: false, message: `bad ${network.error.issues.map(({ path }) => path.join(".")).join(", ")}` };
}

const failed = Symbol("cannot be opened");

async function open(cipher: Cipher | undefined, place: Place, stored: string | null) {
  if (stored === null) return undefined;
  const answer = await cipher?.decrypt(stored, place);
  return answer?.ok ? answer.value : failed;
}

async function seal(
  cipher: Cipher | undefined,
  place: Place,
  text: string | undefined,
): Promise<Outcome<string | null>> {
  if (text === undefined) return succeed(null);
  const answer = await cipher?.encrypt(text, place);
  if (!answer) return refuse("unavailable", { message: `${keyringVariable} is not set` });
  return answer.ok ? succeed(answer.value) : refuse("bad_request", { message: "the password is no text" });
}

const placeOf = (row: string, column: string): Place => ({ table: "gateway_networks", row, column });

async function openCipher(env: object): Promise<Cipher | undefined> {
  const keyring = await parseKeyring(settings.parse(env)[keyringVariable], keyringVariable);
  return keyring.ok ? makeCipher(keyring.value) : undefined;
}
