import { DurableObject } from "cloudflare:workers";
import { type OutgoingMail, outgoingMail } from "#contracts/mail";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { MailAnswer } from "#durable-objects/mail-outbox/mail-answer";
import { nextTry } from "#durable-objects/mail-outbox/mail-retry";
import { type MailCounts, MailStore, type WaitingMail } from "#durable-objects/mail-outbox/mail-store";
import { type Cipher, makeCipher } from "#lib/cipher";
import { parseKeyring } from "#lib/keyring";
import { readJson } from "#lib/read-json";

/** What the outbox needs from outside. */
export interface MailOutboxDeps<Env> {
  now(): number;
  /** The text of TOKEN_ENCRYPTION_KEYS. */
  keyring(env: Env): string | undefined;
  hand(env: Env, mail: OutgoingMail): Promise<MailAnswer>;
  log(facts: { id: string; result: "sent" | "later" | "failed"; tries: number; reason?: string }): void;
}

const atOnce = 10;

/**
 * The mails of the whole house, one object. A mail is stored sealed before anybody is told that it is on its way, and leaves
 * by alarm. It may arrive twice where a mail server dies after taking it: its Message-ID stays the same.
 */
export function makeMailOutbox<Env>(deps: MailOutboxDeps<Env>) {
  return class MailOutbox extends DurableObject<Env> {
    readonly #mails = new MailStore(this.ctx.storage);

    async accept(mail: OutgoingMail | null): Promise<Outcome<null>> {
      const now = deps.now();
      const given = mail ?? nobodysMail(now);
      if (this.#mails.has(given.id)) return succeed(null);
      const cipher = await this.#cipher();
      if (!cipher.ok) return cipher;
      const { to, subject, text } = given;
      const sealed = await cipher.value.encrypt(JSON.stringify({ to, subject, text }), placeOf(given.id));
      if (!sealed.ok) return refuse("internal", { message: "The mail could not be sealed." });
      const facts = { sealed: sealed.value, usefulUntil: given.usefulUntil, now };
      if (mail) this.#mails.add(given.id, facts);
      else this.#mails.addNothing(given.id, facts);
      await this.#setAlarm();
      return succeed(null);
    }

    /** How mails fare, without anything that stands in them. */
    async counts(): Promise<MailCounts> {
      return this.#mails.counts();
    }

    override async alarm(): Promise<void> {
      for (const waiting of this.#mails.due(deps.now(), atOnce)) await this.#send(waiting);
      await this.#setAlarm();
    }

    async #send({ id, sealed, tries, usefulUntil }: WaitingMail): Promise<void> {
      const answer = await this.#try(id, sealed, usefulUntil);
      const now = deps.now();
      if (answer.kind === "sent") {
        this.#mails.end(id, { state: "sent", now, problem: null });
        return deps.log({ id, result: "sent", tries: tries + 1 });
      }
      const at = answer.kind === "later" ? nextTry(tries + 1, now, usefulUntil) : undefined;
      const { reason } = answer;
      if (at === undefined) this.#mails.end(id, { state: "failed", now, problem: reason });
      else this.#mails.later(id, { at, now, problem: reason });
      deps.log({ id, result: at === undefined ? "failed" : "later", tries: tries + 1, reason });
    }

    async #try(id: string, sealed: string, usefulUntil: number): Promise<MailAnswer> {
      if (deps.now() >= usefulUntil) return { kind: "never", reason: "it would have come too late" };
      const cipher = await this.#cipher();
      if (!cipher.ok) return { kind: "later", reason: "the key it is sealed with is not set" };
      const opened = await cipher.value.decrypt(sealed, placeOf(id));
      if (!opened.ok) {
        const kind = opened.error === "unknown_key" ? "later" : "never";
        return { kind, reason: `it could not be opened: ${opened.error}` };
      }
      const mail = outgoingMail.safeParse({ ...contentOf(opened.value), id, usefulUntil });
      return mail.success
        ? deps.hand(this.env, mail.data)
        : { kind: "never", reason: "it is not in the form of a mail" };
    }

    async #cipher(): Promise<Outcome<Cipher>> {
      const keyring = await parseKeyring(deps.keyring(this.env));
      return keyring.ok
        ? succeed(makeCipher(keyring.value))
        : refuse("unavailable", { message: `Mail is not set up: ${keyring.message}` });
    }

    async #setAlarm(): Promise<void> {
      const next = this.#mails.nextAt();
      if (next !== undefined) await this.ctx.storage.setAlarm(Math.max(next, deps.now()));
    }
  };
}

const placeOf = (row: string) => ({ table: "mails", row, column: "sealed" });

function contentOf(text: string): object {
  const content = readJson(text);
  return typeof content === "object" && content !== null ? content : {};
}

function nobodysMail(now: number): OutgoingMail {
  const id = crypto.randomUUID();
  return { id, to: "nobody@example.invalid", subject: "-", text: "-".repeat(500), usefulUntil: now + 1 };
}
