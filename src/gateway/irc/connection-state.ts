/** How one connection to an IRC network stands. */
export interface ConnectionState {
  isConnected: boolean;
  assigned: number;
  joined: number;
  /** Attempts lost since a connection last held. */
  failedAttempts: number;
  /** Why the last attempt failed; undefined once one held. */
  reason: string | undefined;
}
