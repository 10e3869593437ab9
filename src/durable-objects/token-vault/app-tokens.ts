import { type Outcome, succeed } from "#contracts/outcome";

/** Ask for a new token this long before the old one dies. */
const refreshAheadMs = 300_000;

type Ask = (provider: string) => Promise<Outcome<{ token: string; expiresInSeconds: number }>>;

/** The application's own tokens, in memory; one request each, however many need one at the same moment. */
export class AppTokens {
  #held = new Map<string, { token: string; expiresAt: number }>();
  #asking = new Map<string, Promise<Outcome<string>>>();
  #ask: Ask;
  #now: () => number;

  constructor(ask: Ask, now: () => number) {
    this.#ask = ask;
    this.#now = now;
  }

  async get(provider: string, rejected?: string): Promise<Outcome<string>> {
    const held = this.#held.get(provider);
    const isRejected = held !== undefined && rejected === held.token;
    if (isRejected) this.#held.delete(provider);
    else if (held && held.expiresAt - refreshAheadMs > this.#now()) return succeed(held.token);
    const asking = this.#asking.get(provider) ?? this.#start(provider);
    return asking;
  }

  #start(provider: string): Promise<Outcome<string>> {
    const asking = this.#renew(provider).finally(() => this.#asking.delete(provider));
    this.#asking.set(provider, asking);
    return asking;
  }

  async #renew(provider: string): Promise<Outcome<string>> {
    const answer = await this.#ask(provider);
    if (!answer.ok) return answer;
    const { token, expiresInSeconds } = answer.value;
    this.#held.set(provider, { token, expiresAt: this.#now() + expiresInSeconds * 1000 });
    return succeed(token);
  }
}
