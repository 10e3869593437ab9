/**
 * The one Node API the Workers use (`nodejs_compat`): WebCrypto has no hash without an await, and between an
 * await and its insert another call may come; it has no scrypt at all. The whole of @types/node would clash with the Workers' types.
 */
declare module "node:crypto" {
  interface Digest {
    update(text: string): { digest(encoding: "hex" | "base64"): string };
  }
  export function createHash(algorithm: "sha256"): Digest;
  export function scrypt(
    password: string,
    salt: Uint8Array,
    keyLength: number,
    options: { N: number; r: number; p: number; maxmem: number },
    done: (error: Error | null, key: Uint8Array) => void,
  ): void;
  export function timingSafeEqual(left: Uint8Array, right: Uint8Array): boolean;
  export function createHmac(algorithm: "sha256", key: string | Uint8Array): Digest;
}
