import * as z from "zod";
import { type Cipher, makeCipher } from "#lib/cipher";
import { parseKeyring } from "#lib/keyring";

const schema = z.object({ FACTOR_ENCRYPTION_KEYS: z.string().default("") });

export interface FactorSeal {
  seal(userId: number, secret: string): Promise<string | undefined>;
  /** Undefined for what was changed, belongs to somebody else, or was sealed with a key that is gone: then nobody gets in. */
  open(userId: number, sealed: string): Promise<string | undefined>;
}

/** With the API's own keyring; undefined where it is missing or broken. */
export async function factorSeal(env: unknown): Promise<FactorSeal | undefined> {
  const { FACTOR_ENCRYPTION_KEYS: text } = schema.parse(env);
  const keyring = await parseKeyring(text, "FACTOR_ENCRYPTION_KEYS");
  return keyring.ok ? sealOf(makeCipher(keyring.value)) : undefined;
}

function sealOf(cipher: Cipher): FactorSeal {
  const placeOf = (userId: number) => ({ table: "hub_totp", row: String(userId), column: "secret" });
  return {
    async seal(userId, secret) {
      const sealed = await cipher.encrypt(secret, placeOf(userId));
      return sealed.ok ? sealed.value : undefined;
    },
    async open(userId, sealed) {
      const opened = await cipher.decrypt(sealed, placeOf(userId));
      return opened.ok ? opened.value : undefined;
    },
  };
}
