import { Secret, TOTP } from "otpauth";

/** RFC 6238 as every authenticator understands it; a clock may be off by one step of half a minute. */
const periodSeconds = 30;
const drift = 1;
const secretBytes = 20;
const recoveryAlphabet = "abcdefghjkmnpqrstuvwxyz23456789";

export interface NewFactor {
  /** In base32, for who types it. */
  secret: string;
  /** `otpauth://`, for who scans it. */
  uri: string;
}

export function makeFactor(label: string): NewFactor {
  const secret = new Secret({ size: secretBytes });
  return { secret: secret.base32, uri: totpOf(secret.base32, label).toString() };
}

/** The step a code belongs to; undefined for one that is of no step near now. */
export function stepOf(secret: string, code: string, now: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = totpOf(secret, "").validate({ token: code, timestamp: now, window: drift });
  return delta === null ? undefined : Math.floor(now / 1000 / periodSeconds) + delta;
}

function totpOf(secret: string, label: string): TOTP {
  const options = { issuer: "WaddleBot", label: label || "WaddleBot", algorithm: "SHA1", digits: 6 };
  return new TOTP({ ...options, period: periodSeconds, secret: Secret.fromBase32(secret) });
}

/** 16 signs of 31: some 79 bits, so that a plain hash is enough. */
export function makeRecoveryCode(): string {
  const signs: string[] = [];
  while (signs.length < 16) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1));
    const sign = byte < 248 ? recoveryAlphabet[byte % recoveryAlphabet.length] : undefined;
    if (sign !== undefined) signs.push(sign);
  }
  return (signs.join("").match(/.{4}/g) ?? []).join("-");
}

/** As it is hashed, however it was typed. */
export function plainRecoveryCode(typed: string): string | undefined {
  const plain = typed.toLowerCase().replaceAll(/[\s-]/g, "");
  return /^[a-z2-9]{16}$/.test(plain) ? plain : undefined;
}
