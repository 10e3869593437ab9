const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const base64Shape = /^[A-Za-z0-9+/]{40,1400}={0,2}$/;

/**
 * Whether the base64 text is the RSA-SHA256 (PKCS#1 v1.5) signature of `message`. False for every other spelling of
 * the same bytes, and for a key that is no RSA key in PEM.
 */
export async function verifyRsaSha256(pem: string, message: Uint8Array, base64: string): Promise<boolean> {
  const signature = fromBase64(base64);
  const key = await importKey(pem);
  return key !== undefined && signature !== undefined
    ? await crypto.subtle.verify(algorithm, key, signature, message)
    : false;
}

async function importKey(pem: string) {
  // A line break in a variable is often written as two characters.
  const der = fromBase64(pem.replace(/-----(BEGIN|END) PUBLIC KEY-----|\\n|\s/g, ""));
  if (der === undefined) return undefined;
  try {
    return await crypto.subtle.importKey("spki", der, algorithm, false, ["verify"]);
  } catch {
    // A damaged key verifies nothing: refused like a missing one.
    return undefined;
  }
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!base64Shape.test(text) || text.length % 4 !== 0) return undefined;
  const binary = atob(text);
  // The last digit has spare bits, so several texts decode to one signature: only the canonical one counts.
  if (btoa(binary) !== text) return undefined;
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
