import { type Outcome, type Refusal, refuse, succeed } from "#contracts/outcome";
import { CopyDesk } from "#durable-objects/token-vault/copy-desk";
import type { TokenRow, VaultOwner } from "#durable-objects/token-vault/token-row";
import { type OpenTokens, TokenSafe } from "#durable-objects/token-vault/token-safe";
import { TokenStore } from "#durable-objects/token-vault/token-store";
import {
  aliveMarginMs,
  failureWaitMs,
  minGapMs,
  refreshAfterMs,
  sweepMs,
  validateEveryMs,
  validateSoonMs,
  warnAfterMs,
} from "#durable-objects/token-vault/token-times";
import type { AccountStatus, Sweep, UserGrant, UserTokenDeps } from "#durable-objects/token-vault/user-grant";

/** workerd holds six connections at once; more would only wait with their time running. */
const refreshesAtOnce = 6;
const askAgain = "the account must be connected again";

/** The tokens of the accounts of one community on one provider. */
export class UserTokens {
  #deps: UserTokenDeps;
  #store: TokenStore;
  #safe: TokenSafe;
  #desk: CopyDesk;
  #flights = new Map<string, Promise<Outcome<string>>>();

  constructor(deps: UserTokenDeps) {
    this.#deps = deps;
    this.#store = new TokenStore(deps.storage);
    this.#safe = new TokenSafe(this.#store, deps.keyring);
    this.#desk = new CopyDesk(this.#store, deps.copies);
  }

  /** Replaces whatever was there: a new consent ends `reauth_required`. Refused in another owner's vault. */
  async keep(grant: UserGrant): Promise<Outcome<null>> {
    if (!this.#store.own(grant)) return refuse("conflict", { message: "this vault is another community's" });
    const kept = await this.#write(grant.account, grant);
    if (!kept.ok) return kept;
    // Whoever just consented looks at the list next, and the list is Postgres' copy.
    await this.#desk.copyOut();
    await this.#arm();
    return succeed(null);
  }

  /**
   * A token that works now. `rejected` is one the platform did not accept. While a refresh fails the old token is
   * handed out to its end, so that the owner can see `status` before the bot falls silent.
   */
  async getUserToken(account: string, rejected?: string): Promise<Outcome<string>> {
    const row = this.#store.find(account);
    if (!row) return refuse("not_found", { message: "this account was never connected" });
    if (row.status === "revoked") return refuse("forbidden", { message: askAgain });
    const opened = await this.#open(row);
    if (!opened.ok) return opened;
    const { access } = opened.value;
    const isRejected = access === rejected;
    if (isRejected && row.status === "reauth_required") this.#store.expire(row);
    if (!isRejected && leftMs(row, this.#deps.now()) > aliveMarginMs) return succeed(access);
    const renewed = await this.#renew(row, opened.value, rejected);
    const isUsable = !isRejected && leftMs(row, this.#deps.now()) > 0;
    return renewed.ok || !isUsable || !this.#isStill(row) ? renewed : succeed(access);
  }

  status(): AccountStatus[] {
    return this.#store.all().map(({ account, status, scopes, expiresAt, problem, sealed, updatedAt }) => {
      return { account, status, scopes, expiresAt, problem, kid: sealed.kid, updatedAt };
    });
  }

  /** The owner took the bot's permission back: both tokens are gone, and the provider is told. False for an unknown account. */
  async revoke(account: string): Promise<boolean> {
    const row = this.#store.find(account);
    if (!row || row.status === "revoked" || !this.#store.revoke(account, this.#deps.now()))
      return row !== undefined;
    const opened = await this.#safe.open(account, row.sealed);
    const provider = this.#store.owner()?.provider ?? "";
    // Best effort: here the tokens are gone either way.
    if (opened.ok) await this.#deps.giveBack?.(provider, opened.value.access).catch(() => undefined);
    await this.#desk.copyOut();
    await this.#arm();
    return true;
  }

  /**
   * Somebody said the permission is gone: the provider is asked now instead of within the hour, and what came of it is
   * shown at once. True while the grant is still good, or nobody could tell.
   */
  async check(account: string): Promise<boolean> {
    const isAsked = this.#deps.life?.isAsked(this.#store.owner()?.provider ?? "") ?? false;
    if (isAsked && this.#store.find(account)?.status === "active") await this.#askLife(account);
    await this.#desk.copyOut();
    await this.#arm();
    return this.#store.find(account)?.status === "active";
  }

  /** Moves every record to the current key. A record that does not open is counted and left as it is. */
  async reencrypt(): Promise<Outcome<Sweep>> {
    const cipher = await this.#safe.cipher();
    if (!cipher.ok) return cipher;
    const kid = cipher.value.currentKid;
    const sweep = { moved: 0, remaining: 0, unreadable: 0 };
    for (const row of this.#store.onOtherKeys(kid)) {
      const opened = await this.#safe.open(row.account, row.sealed);
      if (!opened.ok) sweep.unreadable++;
      else if (await this.#reseal(row, opened.value)) sweep.moved++;
    }
    return succeed({ ...sweep, remaining: this.#store.onOtherKeys(kid).length });
  }

  /** What the alarm does: refresh ahead of expiry, ask whether tokens live, move to the current key, copy, come again. */
  async wake(): Promise<void> {
    if (!this.#store.owner()) return;
    try {
      await inGroups(this.#store.due(this.#deps.now()), (account) => this.#renewAhead(account));
      await inGroups(this.#store.unvalidated(this.#deps.now()), (account) => this.#askLife(account));
      await this.reencrypt();
      await this.#desk.copyOut();
    } finally {
      await this.#arm();
    }
  }

  /** Whether this vault was ever used. An object that lost its storage was not. */
  isOwned(): boolean {
    return this.#store.owner() !== undefined;
  }

  /** Rebuilds a lost vault from Postgres; nothing happens where there is no copy. Throws when nobody knows. */
  async restore(owner: VaultOwner): Promise<void> {
    if (await this.#desk.restore(owner, this.#validateAt(owner.provider, 0))) await this.#arm();
  }

  async #askLife(account: string): Promise<void> {
    const row = this.#store.find(account);
    const provider = this.#store.owner()?.provider ?? "";
    const opened = row && (await this.#open(row));
    if (!row || !opened) return;
    const answer = opened.ok ? await this.#deps.life?.ask(provider, opened.value.access) : "unknown";
    if (!this.#isStill(row)) return;
    const waitMs = answer === "valid" ? validateEveryMs : validateSoonMs;
    this.#store.validateAgain(row, this.#deps.now() + waitMs);
    if (answer !== "invalid" || !opened.ok) return;
    // Whatever was signed in with it has ended; whether a new one can be had only a refresh tells.
    this.#store.expire(row);
    await this.#renew(row, opened.value, opened.value.access);
  }

  #validateAt(provider: string, inMs: number): number | null {
    return this.#deps.life?.isAsked(provider) ? this.#deps.now() + inMs : null;
  }

  async #renewAhead(account: string): Promise<void> {
    const row = this.#store.find(account);
    if (!row) return;
    const opened = await this.#open(row);
    if (opened.ok) await this.#renew(row, opened.value);
    // Else asked again after a pause: the keyring is the operator's to mend, and the alarm must not spin.
    else await this.#fail(row, opened.message ?? "the stored token cannot be read");
  }

  /** Opens the row, and moves it to the current key on the way. */
  async #open(row: TokenRow): Promise<Outcome<OpenTokens>> {
    const opened = await this.#safe.open(row.account, row.sealed);
    const cipher = await this.#safe.cipher();
    if (opened.ok && cipher.ok && cipher.value.currentKid !== row.sealed.kid)
      await this.#reseal(row, opened.value);
    return opened;
  }

  async #reseal({ account, sealed }: TokenRow, tokens: OpenTokens): Promise<boolean> {
    const next = await this.#safe.seal(account, tokens);
    return next.ok && this.#store.reseal(account, sealed, next.value);
  }

  #isStill({ account, version }: TokenRow): boolean {
    const row = this.#store.find(account);
    return row?.version === version && row.status !== "revoked";
  }

  /** However many ask for one account, one request goes out; nothing is awaited between the check and the start. */
  #renew(row: TokenRow, tokens: OpenTokens, rejected?: string): Promise<Outcome<string>> {
    const { account } = row;
    const flying = this.#flights.get(account);
    if (flying) return flying;
    const current = this.#store.find(account);
    // Somebody renewed it while this one was being opened.
    if (!current || current.version !== row.version) return this.getUserToken(account, rejected);
    const refusal = whyNot(current, this.#deps.now());
    if (refusal) return Promise.resolve(refusal);
    const flight = this.#ask(current, tokens).finally(() => this.#flights.delete(account));
    this.#flights.set(account, flight);
    return flight;
  }

  async #ask(row: TokenRow, { refresh }: OpenTokens): Promise<Outcome<string>> {
    if (refresh === null) return this.#giveUp(row, "the platform gave no way to renew this token");
    const provider = this.#store.owner()?.provider ?? "";
    const answer = await this.#deps.refresh(provider, refresh);
    // A new consent or a withdrawal came in between: what we hold is about a grant that is no more.
    if (!this.#isStill(row)) return this.#newer(row.account);
    if (answer.kind === "dead") return this.#giveUp(row, answer.reason);
    if (answer.kind === "later") return this.#fail(row, answer.reason, answer.retryAfterMs);
    const { accessToken, refreshToken = refresh, scopes = row.scopes } = answer;
    const grant = { ...answer, accessToken, refreshToken, scopes };
    const kept = await this.#write(row.account, grant, row);
    return kept.ok ? kept : this.#fail(row, kept.message ?? "the new token could not be stored");
  }

  /** Stored before anyone may use it. With `over`, only while that grant is still the one in force. */
  async #write(
    account: string,
    grant: Omit<UserGrant, "account" | keyof VaultOwner>,
    over?: TokenRow,
  ): Promise<Outcome<string>> {
    const { accessToken, refreshToken = null, expiresInSeconds, scopes } = grant;
    const sealed = await this.#safe.seal(account, { access: accessToken, refresh: refreshToken });
    if (!sealed.ok) return sealed;
    if (over && !this.#isStill(over)) return this.#newer(account);
    const now = this.#deps.now();
    const lifeMs = expiresInSeconds === undefined ? null : expiresInSeconds * 1000;
    const actAfterMs = refreshToken === null ? warnAfterMs : refreshAfterMs;
    this.#store.keep(account, {
      sealed: sealed.value,
      scopes,
      expiresAt: lifeMs === null ? null : now + lifeMs,
      refreshAt: lifeMs === null ? null : now + actAfterMs(lifeMs),
      validateAt: this.#validateAt(this.#store.owner()?.provider ?? "", validateEveryMs),
      name: grant.name,
      nextTryAt: over ? now + minGapMs : 0,
      now,
    });
    await this.#arm();
    return succeed(accessToken);
  }

  /** What replaced a grant during its refresh, as it is: asking for more here would wait for that refresh itself. */
  async #newer(account: string): Promise<Outcome<string>> {
    const row = this.#store.find(account);
    if (!row || row.status === "revoked") return refuse("forbidden", { message: askAgain });
    const opened = await this.#safe.open(account, row.sealed);
    return opened.ok ? succeed(opened.value.access) : opened;
  }

  /** The owner sees it as soon as the copy is out, a second later; the old token serves to its end. */
  async #giveUp(row: TokenRow, reason: string): Promise<Refusal> {
    this.#store.requireReauth(row, reason, this.#deps.now());
    await this.#arm();
    return refuse("forbidden", { message: askAgain });
  }

  async #fail(row: TokenRow, problem: string, retryAfterMs?: number): Promise<Refusal> {
    const waitMs = failureWaitMs(row.failures, retryAfterMs);
    this.#store.noteFailure(row, { problem, nextTryAt: this.#deps.now() + waitMs });
    await this.#arm();
    return refuse("unavailable", { message: problem, retryAfterMs: waitMs });
  }

  /** At the next refresh, and at least daily, because a new key may have come. */
  async #arm(): Promise<void> {
    const now = this.#deps.now();
    const due = this.#store.nextDue() ?? Number.POSITIVE_INFINITY;
    const latest = now + (this.#desk.waitMs() ?? sweepMs);
    await this.#deps.storage.setAlarm(Math.max(Math.min(due, latest), now + 1000));
  }
}

async function inGroups(accounts: readonly string[], run: (account: string) => Promise<void>): Promise<void> {
  for (let at = 0; at < accounts.length; at += refreshesAtOnce)
    await Promise.all(accounts.slice(at, at + refreshesAtOnce).map(run));
}

function leftMs({ expiresAt }: TokenRow, now: number): number {
  return expiresAt === null ? Number.POSITIVE_INFINITY : expiresAt - now;
}

/** What forbids to ask the provider now. */
function whyNot({ status, nextTryAt, problem }: TokenRow, now: number): Refusal | undefined {
  if (status !== "active") return refuse("forbidden", { message: askAgain });
  if (nextTryAt <= now) return undefined;
  return refuse("unavailable", {
    message: problem ?? "the token was renewed a moment ago",
    retryAfterMs: nextTryAt - now,
  });
}
