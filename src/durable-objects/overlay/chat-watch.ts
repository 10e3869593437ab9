export interface ChatWatchDeps {
  /** Asks the community's channels for their lines until then. */
  watchChat(communityId: number, until: number): Promise<void>;
}

/** A channel forgets a watcher that does not renew; a plain message without one costs nothing. */
export const leaseMs = 10 * 60_000;
export const renewMs = 4 * 60_000;

/** Keeps the community's channels sending their lines while a page shows them. */
export class ChatWatch {
  #deps: ChatWatchDeps;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: ChatWatchDeps) {
    this.#deps = deps;
  }

  /** Fails open: where the channels could not be asked, the next renewal or page asks again. */
  async renew(communityId: number, now: number): Promise<void> {
    if (now - this.#askedAt < renewMs / 2) return;
    this.#askedAt = now;
    try {
      await this.#deps.watchChat(communityId, now + leaseMs);
    } catch {
      this.#askedAt = Number.NEGATIVE_INFINITY;
    }
  }
}
