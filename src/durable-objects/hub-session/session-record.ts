import { createDurable } from "itty-durable/itty-durable.js";
import { isLive, type SessionState, sessionState, use } from "#durable-objects/hub-session/session-state";

export interface LookAnswer {
  session: SessionState | null;
}

/** One session, as itty-durable keeps it: its fields are its storage. */
export class SessionRecord extends createDurable() {
  session: SessionState | null = null;

  async begin(given: unknown): Promise<LookAnswer> {
    this.session = sessionState.parse(given);
    await this.persist();
    await this.setAlarm(this.session.endsAt);
    return { session: this.session };
  }

  /** The session, used at `now`; null when there is none or it is over. */
  async look(now: number): Promise<LookAnswer> {
    if (!this.session || !isLive(this.session, now)) return { session: null };
    const used = use(this.session, now);
    if (used) {
      this.session = used;
      await this.persist();
    }
    return { session: this.session };
  }

  async end(): Promise<LookAnswer> {
    this.session = null;
    await this.destroy();
    return { session: null };
  }
}
