import type { PlatformEvent } from "#contracts/event";
import type { Outcome } from "#contracts/outcome";
import type { SentMessage } from "#contracts/sender";
import { type Outgoing, outgoing } from "#durable-objects/channel/outbox";

/** A platform reads a line back within seconds, and tries again for a minute or two. */
const echoMs = 120_000;
const mostIds = 1000;
const mostTexts = 100;
/** Shorter than any platform's limit: such a line is never said in parts. */
const undividedLength = 150;
const leastPart = 40;

type SaidRow = { body: string; state: string; note: string | null; at: number };

/**
 * What the bot said here lately. Platforms read it back as a line of the account it speaks as, and that may be a person's
 * own, so a line is the bot's by its message id and not by its author (threats row 10). Its id may be on its way still, lost,
 * or another one in what is read back; then an own account's line is the bot's if these are the words just said.
 */
export class Said {
  #sql: SqlStorage;
  #now: () => number;
  #ids = new Set<string>();
  /** Until when each may be read back; without an end while it is under way. */
  #texts: { text: string; until: number }[] = [];
  #bornAt: number;
  #isRead = false;

  constructor(sql: SqlStorage, now: () => number) {
    this.#sql = sql;
    this.#now = now;
    this.#bornAt = now();
  }

  /** Around the call that says it. */
  async during(body: Outgoing, carry: () => Promise<Outcome<SentMessage>>): Promise<Outcome<SentMessage>> {
    if (body.kind !== "chat") return carry();
    const entry = this.#expect(body.message.text, Number.POSITIVE_INFINITY);
    const outcome = await carry();
    entry.until = wasRefused(outcome) ? 0 : this.#now() + echoMs;
    if (outcome.ok) this.#know(outcome.value.platformMessageIds);
    return outcome;
  }

  /**
   * Whether the bot said this line itself. What it is saying right now counts whoever speaks: an account that was just
   * connected for the whole platform is not known to every channel yet.
   */
  has(event: PlatformEvent, ownAccounts: readonly string[]): boolean {
    if (event.type !== "chatMessage") return false;
    const { text, messageId = "" } = event;
    if (this.#ids.has(messageId)) return true;
    // The channel's own account may be the one that the environment names.
    const isOwnAccount = ownAccounts.includes(event.user.id) || event.user.platformRole === "owner";
    if (isOwnAccount) this.#readBack();
    this.#texts = this.#texts.filter(({ until }) => until > this.#now());
    const candidates = this.#texts.filter(({ until }) => isOwnAccount || until === Number.POSITIVE_INFINITY);
    return this.#ids.has(messageId) || candidates.some((said) => isEcho(text, said.text));
  }

  /** What an earlier life of this object said: once, and only when an own account speaks. */
  #readBack(): void {
    if (this.#isRead) return;
    this.#isRead = true;
    const rows = this.#sql
      .exec<SaidRow>(
        `SELECT body, state, note, at FROM outbox WHERE kind = 'chat' AND state <> 'failed' AND attempts > 0 AND at > ? AND at < ?
         ORDER BY at DESC LIMIT ?`,
        this.#bornAt - echoMs,
        this.#bornAt,
        mostTexts,
      )
      .toArray();
    for (const { body, state, note, at } of rows) {
      if (state === "sent") this.#know((note ?? "").split(" ").filter(Boolean));
      const said = outgoing.parse(JSON.parse(body));
      if (said.kind === "chat") this.#expect(said.message.text, at + echoMs);
    }
  }

  #expect(text: string, until: number) {
    const entry = { text, until };
    this.#texts.push(entry);
    if (this.#texts.length > mostTexts) this.#texts.shift();
    return entry;
  }

  #know(ids: readonly string[]): void {
    for (const id of ids) this.#ids.add(id);
    for (const id of this.#ids) {
      if (this.#ids.size <= mostIds) break;
      this.#ids.delete(id);
    }
  }
}

/** For good, or because it was too early: nobody heard it. */
function wasRefused(outcome: Outcome<SentMessage>): boolean {
  if (outcome.ok) return false;
  return outcome.code !== "unknown" && outcome.code !== "timeout" && outcome.code !== "unavailable";
}

/** The same words, or a part of a message that was too long for one: a few words in the middle of it are no part. */
function isEcho(heard: string, said: string): boolean {
  const whole = lettersOf(said);
  // Platforms put whom a reply is to in front.
  return [heard, heard.replace(/^@\S+\s+/u, "")].map(lettersOf).some((words) => {
    if (said.length <= undividedLength) return words === whole;
    return whole.endsWith(words) || (words.length >= leastPart && whole.includes(words));
  });
}

/** Without what a platform or its limits change: case, spaces, marks in front, signs nobody sees. */
function lettersOf(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{Extended_Pictographic}]+/gu, "");
}
