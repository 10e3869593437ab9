import { createCipheriv } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeCipher, type Place } from "#lib/cipher";
import { openDataKeys } from "#lib/data-keys";
import { parseKeyring } from "#lib/keyring";

const key = (byte: number) => Buffer.alloc(32, byte).toString("base64");
const place: Place = { table: "oauth_tokens", row: "7", column: "access_token_enc" };
const word = fc.string({ unit: "grapheme", maxLength: 40 });
const anyPlace: fc.Arbitrary<Place> = fc.record({ table: word, row: word, column: word });

async function aRing(keys: Record<string, string>) {
  const ring = await parseKeyring(JSON.stringify(keys));
  if (!ring.ok) throw new Error(ring.message);
  return ring.value;
}
const aCipher = async (keys: Record<string, string> = { k1: key(1) }) => makeCipher(await aRing(keys));
type Sealing = Pick<Awaited<ReturnType<typeof aCipher>>, "encrypt">;
async function seal(cipher: Sealing, text: string, where = place): Promise<string> {
  const sealed = await cipher.encrypt(text, where);
  if (!sealed.ok) throw new Error(sealed.error);
  return sealed.value;
}

describe("a record", () => {
  test("comes back as it was, whatever the text and the place", async () => {
    const cipher = await aCipher();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), anyPlace, async (text, where) => {
        expect(await cipher.decrypt(await seal(cipher, text, where), where)).toEqual({
          ok: true,
          value: text,
        });
      }),
    );
  });

  test("a byte order mark and an empty text survive", async () => {
    const cipher = await aCipher();
    for (const text of ["", "\uFEFFtoken"])
      expect(await cipher.decrypt(await seal(cipher, text), place)).toEqual({ ok: true, value: text });
  });

  test("is AES-256-GCM over length-prefixed table, row, column and key id, as another library does it", async () => {
    const iv = Buffer.alloc(12, 9);
    const aad = Buffer.concat(
      ["oauth_tokens", "7", "access_token_enc", "k1"].map((part) => {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(part.length);
        return Buffer.concat([length, Buffer.from(part)]);
      }),
    );
    const other = createCipheriv("aes-256-gcm", Buffer.alloc(32, 1), iv).setAAD(aad);
    const sealed = Buffer.concat([other.update("hello"), other.final(), other.getAuthTag()]);
    const stored = `v1.k1.${iv.toString("base64url")}.${sealed.toString("base64url")}`;
    expect(await (await aCipher()).decrypt(stored, place)).toEqual({ ok: true, value: "hello" });
  });

  test("never opens in another row, column or table", async () => {
    const cipher = await aCipher();
    await fc.assert(
      fc.asyncProperty(word, anyPlace, anyPlace, async (text, here, there) => {
        fc.pre(JSON.stringify(here) !== JSON.stringify(there));
        const answer = await cipher.decrypt(await seal(cipher, text, here), there);
        expect(answer).toEqual({ ok: false, error: "not_authentic", kid: "k1" });
      }),
    );
  });

  test("a letter moved from the row's id to the column's name is another place", async () => {
    const cipher = await aCipher();
    const stored = await seal(cipher, "secret", { table: "t", row: "ab", column: "c" });
    expect(await cipher.decrypt(stored, { table: "t", row: "a", column: "bc" })).toMatchObject({ ok: false });
  });

  test("no flipped bit goes unnoticed", async () => {
    const cipher = await aCipher();
    const [, , nonce = "", text = ""] = (await seal(cipher, "the token")).split(".");
    const flip = (part: string, bit: number) => {
      const bytes = Buffer.from(part, "base64url");
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      return bytes.toString("base64url");
    };
    const nonces = Array.from({ length: 96 }, (_, bit) => `v1.k1.${flip(nonce, bit)}.${text}`);
    const texts = Array.from({ length: 25 * 8 }, (_, bit) => `v1.k1.${nonce}.${flip(text, bit)}`);
    for (const stored of [...nonces, ...texts])
      expect(await cipher.decrypt(stored, place)).toMatchObject({ error: "not_authentic" });
  });

  test("under another key's id it does not open, even where both ids hold a key", async () => {
    const cipher = await aCipher({ k2: key(2), k1: key(1) });
    const stored = await seal(await aCipher(), "secret");
    expect(await cipher.decrypt(stored.replace(".k1.", ".k2."), place)).toMatchObject({
      error: "not_authentic",
    });
    expect(await cipher.decrypt(stored.replace(".k1.", ".k9."), place)).toEqual({
      ok: false,
      error: "unknown_key",
      kid: "k9",
    });
  });

  test("every other spelling is malformed", async () => {
    const cipher = await aCipher();
    const stored = await seal(cipher, "12");
    const [, , nonce = "", text = ""] = stored.split(".");
    // 18 bytes end on a digit border; 19 leave bits that a second spelling could set.
    const loose = (await seal(cipher, "123")).replace(/.$/, (last) =>
      String.fromCharCode(last.charCodeAt(0) + 1),
    );
    const bad = [
      "",
      "v1",
      stored.replace("v1", "v2"),
      `${stored}.`,
      `${stored}=`,
      ` ${stored}`,
      `${stored}\n`,
      loose,
    ];
    bad.push(`v1.K1.${nonce}.${text}`, `v1.k1.${nonce}A.${text}`, `v1.k1.${nonce}.AAAA`, `v1.k1..${text}`);
    for (const one of bad)
      expect(await cipher.decrypt(one, place), one).toEqual({ ok: false, error: "malformed" });
  });

  test("what is no text of Unicode is refused, not changed", async () => {
    const cipher = await aCipher();
    expect(await cipher.encrypt("\uD800", place)).toEqual({ ok: false, error: "not_text" });
    expect(await cipher.encrypt("x", { ...place, row: "\uDC00" })).toEqual({ ok: false, error: "not_text" });
  });

  test("10,000 records of one text have 10,000 nonces of 96 bits", async () => {
    const cipher = await aCipher();
    const nonces = new Set<string>();
    for (let record = 0; record < 10_000; record++) {
      const nonce = (await seal(cipher, "same")).split(".")[2] ?? "";
      expect(nonce).toHaveLength(16);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(10_000);
  });

  test("after a rotation the old record opens, asks for the new key, and gets it", async () => {
    const stored = await seal(await aCipher(), "secret");
    const rotated = await aCipher({ k2: key(2), k1: key(1) });
    expect(await rotated.decrypt(stored, place)).toEqual({ ok: true, value: "secret" });
    expect(rotated.needsReencryption(stored)).toBe(true);
    const anew = await seal(rotated, "secret");
    expect(rotated.needsReencryption(anew)).toBe(false);
    expect(await (await aCipher({ k2: key(2) })).decrypt(anew, place)).toEqual({ ok: true, value: "secret" });
  });
});

describe("data keys", () => {
  test("each owner has its own; another's wrapped key does not open", async () => {
    const master = await aRing({ k1: key(1) });
    const seven = await openDataKeys(master, "7", []);
    if (!seven.ok || !seven.added) throw new Error("no data key");
    expect(await openDataKeys(master, "8", [seven.added])).toMatchObject({ error: "not_authentic" });
    const again = await openDataKeys(master, "7", [seven.added]);
    if (!again.ok) throw new Error(again.error);
    expect(again.added).toBeUndefined();
    const stored = await seal(seven.value, "secret");
    expect(await again.value.decrypt(stored, place)).toEqual({ ok: true, value: "secret" });
    // The master key alone opens no record.
    expect(await makeCipher(master).decrypt(stored, place)).toMatchObject({ error: "not_authentic" });
  });

  test("a new master key brings a new data key; without the old one its records say which key is missing", async () => {
    const first = await openDataKeys(await aRing({ k1: key(1) }), "7", []);
    if (!first.ok || !first.added) throw new Error("no data key");
    const stored = await seal(first.value, "secret");
    const both = await openDataKeys(await aRing({ k2: key(2), k1: key(1) }), "7", [first.added]);
    if (!both.ok || !both.added) throw new Error("no data key");
    expect(both.added.kid).toBe("k2");
    expect(await both.value.decrypt(stored, place)).toEqual({ ok: true, value: "secret" });
    const alone = await openDataKeys(await aRing({ k2: key(2) }), "7", [first.added, both.added]);
    if (!alone.ok) throw new Error(alone.error);
    expect(await alone.value.decrypt(stored, place)).toEqual({ ok: false, error: "unknown_key", kid: "k1" });
  });
});

describe("the keyring", () => {
  test("the first key is the current one", async () => {
    const ring = await aRing({ k2: key(2), k1: key(1) });
    expect(ring.current).toBe("k2");
    expect([...ring.keys.keys()]).toEqual(["k2", "k1"]);
  });

  test.each([
    [undefined, "is not set"],
    ["", "is not set"],
    ["{}", "holds no key"],
    ["k1", "is not a JSON object"],
    ["[]", "is not a JSON object"],
    ['{"k1":7}', "is not a JSON object"],
    [`{"k1":"${key(1)}","k2":"${Buffer.alloc(31, 5).toString("base64")}"}`, "key k2 is not the base64 of 32"],
    [`{"k1":"${"c".repeat(32)}"}`, "key k1 is not the base64 of 32 bytes"],
    // JSON would put "2" before "k1", and so make it the current key.
    [`{"k1":"${key(1)}","2":"${key(2)}"}`, "has a bad key id at place 1"],
    [`{"K1":"${key(1)}"}`, "has a bad key id"],
    [`{"__proto__":"${key(1)}"}`, "TOKEN_ENCRYPTION_KEYS"],
    [`{"k2":"${key(1)}","k1":"${key(1)}"}`, "has one key under two ids"],
  ])("%j is refused: %s", async (text, why) => {
    const answer = await parseKeyring(text);
    if (answer.ok) throw new Error("a keyring was made of it");
    expect(answer.message).toMatch(/^TOKEN_ENCRYPTION_KEYS /);
    expect(answer.message).toContain(why);
    for (const secret of [key(1), key(2), "cccc"]) expect(answer.message).not.toContain(secret);
  });
});
