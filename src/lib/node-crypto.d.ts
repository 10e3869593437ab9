/**
 * The one Node API the Workers use (`nodejs_compat`): WebCrypto has no hash without an await, and between an
 * await and its insert another call may come. The whole of @types/node would clash with the Workers' types.
 */
declare module "node:crypto" {
  interface Digest {
    update(text: string): { digest(encoding: "hex" | "base64"): string };
  }
  export function createHash(algorithm: "sha256"): Digest;
  export function createHmac(algorithm: "sha256", key: string | Uint8Array): Digest;
}
