/** A key as its holder has it: the public id and the secret, of which only the hash is kept. */
export interface KeyText {
  id: string;
  secret: string;
}

const shape = /^(wb_[a-z]{2,8}_[0-9A-Za-z]{12}|wbot_[0-9A-Za-z]{15})_([\w-]{43})$/;
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export type RandomBytes = (length: number) => Uint8Array;

export const cryptoBytes: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

/** The parts of `wb_<env>_<id>_<secret>` (threats row 17) or of a super admin's `wbot_<id>_<secret>`; undefined for anything else. */
export function parseKey(text: string): KeyText | undefined {
  const [, id, secret] = shape.exec(text) ?? [];
  return id && secret ? { id, secret } : undefined;
}

/** A new key of a service or a person. `environment` is 2 to 8 small letters. */
export function makeKey(environment: string, random: RandomBytes = cryptoBytes): KeyText {
  return { id: `wb_${environment}_${randomWord(12, random)}`, secret: makeSecret(random) };
}

/** A super admin's: 64 characters in all (50-admin §1.41). */
export function makeSuperAdminKey(random: RandomBytes = cryptoBytes): KeyText {
  return { id: `wbot_${randomWord(15, random)}`, secret: makeSecret(random) };
}

/** 32 bytes as base64url. */
export function makeSecret(random: RandomBytes = cryptoBytes): string {
  return btoa(String.fromCharCode(...random(32)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

export function formatKey({ id, secret }: KeyText): string {
  return `${id}_${secret}`;
}

/** Every letter equally likely: bytes beyond the last whole round of the alphabet are thrown away. */
function randomWord(length: number, random: RandomBytes): string {
  let word = "";
  while (word.length < length) {
    for (const byte of random(length)) {
      if (byte < 248 && word.length < length) word += alphabet[byte % alphabet.length] ?? "";
    }
  }
  return word;
}
