import type { Outcome } from "#contracts/outcome";

/** As they are typed; undefined where there is none. */
export interface NetworkPasswords {
  password?: string | undefined;
  saslPassword?: string | undefined;
}

/** Ciphertexts, bound to their network and column; null where there is none. */
export interface SealedPasswords {
  password: string | null;
  saslPassword: string | null;
}

/** What the rest of the house may ask of the edge about gateways. Passwords go in, and none comes out. */
export interface GatewayService {
  /** Refused with `unavailable` when the edge has no key to seal with. */
  sealPasswords(host: string, passwords: NetworkPasswords): Promise<Outcome<SealedPasswords>>;
  /** Networks or channels changed: every gateway is told now. Returns how many were. */
  refresh(): Promise<number>;
}
