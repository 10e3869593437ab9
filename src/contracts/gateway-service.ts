import type { ConnectionReport } from "#contracts/gateway";
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

/** How a connection stands, seen from the gateways that are connected. */
export interface ConnectionLook {
  /** Gateways that are connected to the edge now. */
  gateways: number;
  /** Of those that have this connection; `at` is when it was told, in epoch milliseconds. */
  reports: (ConnectionReport & { at: number })[];
}

/** What the rest of the house may ask of the edge about gateways. Passwords go in, and none comes out. */
export interface GatewayService {
  /** Refused with `unavailable` when the edge has no key to seal with. */
  sealPasswords(host: string, passwords: NetworkPasswords): Promise<Outcome<SealedPasswords>>;
  /** What the gateways say of one connection; one row for each gateway that is connected and tells of it. */
  lookAt(platform: string, connection: string): Promise<ConnectionLook>;
  /** Networks or channels changed: every gateway is told now. Returns how many were. */
  refresh(): Promise<number>;
}
