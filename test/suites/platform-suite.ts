import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OutcomeCode } from "#contracts/outcome";
import type { Platform, PlatformConfig, Receipt, SendContext, WebhookRequest } from "#contracts/platform";
import type { OutboundMessage } from "#contracts/sender";
import { must } from "#lib/must";

/** How a platform describes itself to the suite: `probe` in its `testing.ts`. */
export interface PlatformProbe {
  config: PlatformConfig;
  /** Where `<event>.json` (their payload) and `<event>.expected.json` (our receipt) lie. */
  fixtures: URL;
  /** The fixture's payload as the platform puts it on the wire. */
  encode(payload: unknown): Uint8Array;
  /** The request as the platform would sign and send it at that time. */
  sign(body: Uint8Array, sentAt: number): WebhookRequest;
  /** The headers the signature covers, and its own. */
  signedHeaders: readonly string[];
  /** A fixture that becomes an event, one of our own doing, and one of a kind we do not know. */
  examples: { event: string; own: string; unknown: string };
  freshness: { pastMs: number; futureMs: number };
  /** Something to say in a channel. */
  message: OutboundMessage;
  answers: {
    /** A fresh answer each: a Response is read once. */
    sent(): Response;
    limited: { make(): Response; now: number; retryAfterMs: number };
  };
  /** The words in a request the platform was sent; undefined for a request without any. */
  textOf(init: RequestInit | undefined): string | undefined;
}

/** A second that every fixture's expectation is written for. */
export const suiteTime = Date.UTC(2026, 4, 20, 12, 0, 0);

/** What every platform with a webhook owes, whatever it is called (architecture §9). */
export function platformSuite(platform: Platform, probe: PlatformProbe): void {
  const verify = must(platform.verify, "verify");
  const parse = must(platform.parse, "parse");
  const send = must(platform.send, "send");
  const check = async (request: WebhookRequest) => await verify(request, probe.config);
  const read = (request: WebhookRequest) => parse(request, probe.config);
  const fixture = (name: string) => probe.encode(readJson(probe.fixtures, `${name}.json`));
  const signed = (name: string, sentAt = suiteTime) => probe.sign(fixture(name), sentAt);
  const names = readdirSync(probe.fixtures).filter((name) => !name.endsWith(".expected.json"));

  describe("fixtures", () => {
    test.each(names.map((name) => name.replace(/\.json$/, "")))("%s", async (name) => {
      const request = signed(name);
      expect(await check(request)).toEqual({ ok: true });
      expect(read(request)).toEqual(readJson(probe.fixtures, `${name}.expected.json`));
    });
  });

  describe("signature", () => {
    test.each(platform.secrets)("without %s every request is refused with 503", async (secret) => {
      for (const value of [undefined, ""]) {
        const verdict = await verify(signed(probe.examples.event), { ...probe.config, [secret]: value });
        expect(verdict).toMatchObject({ ok: false, status: 503 });
      }
    });

    test("missing, foreign, repeated and re-spelled signature headers are refused", async () => {
      for (const header of probe.signedHeaders) {
        const value = must(signed(probe.examples.event).headers.get(header), header);
        const [scheme = "", digits = value] = value.split(/(?<==)/);
        const odd = ["", "0", `${value}, ${value}`, `${value}0`, value.slice(1), value.slice(0, -1)];
        odd.push(`${scheme}${digits.toUpperCase()}!`, `sha1=${digits}`, `${scheme}${scheme}${digits}`, `${scheme} ${digits}`);
        for (const spelling of odd) {
          const request = signed(probe.examples.event);
          request.headers.set(header, spelling);
          expect(await isRefused(request), `${header}: ${spelling}`).toBe(true);
        }
        const without = signed(probe.examples.event);
        without.headers.delete(header);
        expect(await isRefused(without)).toBe(true);
      }
    });

    test("a request with any single bit flipped in its body or signed headers is refused", async () => {
      const body = signed(probe.examples.event).body;
      for (let bit = 0; bit < body.length * 8; bit++) {
        const request = signed(probe.examples.event);
        request.body[bit >> 3] = (request.body[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        if (!(await isRefused(request))) expect.fail(`body bit ${bit} was not noticed`);
      }
      for (const header of probe.signedHeaders) {
        const value = must(signed(probe.examples.event).headers.get(header), header);
        for (let bit = 0; bit < value.length * 8; bit++) {
          const request = signed(probe.examples.event);
          if (!trySet(request.headers, header, flipBit(value, bit))) continue;
          if (!(await isRefused(request))) expect.fail(`bit ${bit} of ${header} was not noticed`);
        }
      }
    }, 60_000);

    test("other bodies under the same signature are refused", async () => {
      const { body } = signed(probe.examples.event);
      const text = new TextDecoder().decode(body);
      const others = ["", ` ${text}`, `${text}\n`, `\ufeff${text}`, "{}", text.slice(0, -1)];
      for (const other of others) {
        const request = { ...signed(probe.examples.event), body: new TextEncoder().encode(other) };
        expect(await isRefused(request), JSON.stringify(other.slice(0, 20))).toBe(true);
      }
    });

    async function isRefused(request: WebhookRequest): Promise<boolean> {
      const verdict = await check(request);
      return !verdict.ok && (verdict.status === 401 || verdict.status === 403);
    }
  });

  describe("age", () => {
    test("a request within the window is accepted, one outside has no effect", async () => {
      const { pastMs, futureMs } = probe.freshness;
      const cases = [
        { ageMs: pastMs, hasEffect: true },
        { ageMs: pastMs + 1000, hasEffect: false },
        { ageMs: -futureMs, hasEffect: true },
        { ageMs: -futureMs - 1000, hasEffect: false },
        { ageMs: 400 * 86_400_000, hasEffect: false },
      ];
      for (const { ageMs, hasEffect } of cases) {
        const request = { ...signed(probe.examples.event, suiteTime - ageMs), receivedAt: suiteTime };
        const verdict = await check(request);
        const effect = verdict.ok && isEffect(read(request));
        expect({ ageMs, effect }).toEqual({ ageMs, effect: hasEffect });
      }
    });
  });

  describe("parse", () => {
    test("a replay gives the same event id", () => {
      const first = eventOf(read(signed(probe.examples.event)));
      const later = { ...signed(probe.examples.event), receivedAt: suiteTime + 5000, correlationId: "other" };
      expect(eventOf(read(later))).toMatchObject({ id: first.id, semanticKey: first.semanticKey });
      expect(first.id).toMatch(new RegExp(`^${platform.name}:`));
    });

    test("our own messages are ignored", () => {
      expect(read(signed(probe.examples.own))).toMatchObject({ kind: "ignored", reason: "own message" });
    });

    test("what we do not know is a kind, not an exception, and no failure", () => {
      const receipt = read(signed(probe.examples.unknown));
      expect(receipt.kind).toBe("ignored");
      expect(receipt.kind === "ignored" && receipt.answer.status).toBeLessThan(300);
    });

    test("unknown fields and __proto__ keys change nothing", () => {
      const payload = readJson(probe.fixtures, `${probe.examples.event}.json`);
      const request = probe.sign(probe.encode(poison(payload)), suiteTime);
      expect(withoutId(read(request))).toEqual(withoutId(read(signed(probe.examples.event))));
      expect(Reflect.get({}, "polluted")).toBeUndefined();
    });

    test("lone surrogates in any text come out well-formed or not at all", () => {
      const payload = readJson(probe.fixtures, `${probe.examples.event}.json`);
      for (const broken of breakTexts(payload)) {
        const receipt = read(probe.sign(probe.encode(broken), suiteTime));
        expect(JSON.stringify(receipt)).not.toMatch(/\\ud[89a-f]/i);
      }
    });

    test("any bytes with a valid signature are read without an exception", async () => {
      const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.json().map(toBytes), fc.webQueryParameters().map(toBytes));
      const holds = fc.asyncProperty(bytes, async (body) => {
        const request = probe.sign(body, suiteTime);
        expect(await check(request)).toEqual({ ok: true });
        expect(answerStatus(read(request))).toBeLessThan(500);
      });
      await fc.assert(holds, { numRuns: 300 });
    });

    test("a known payload with any part replaced by anything is read without an exception", async () => {
      const payload = readJson(probe.fixtures, `${probe.examples.event}.json`);
      const holds = fc.property(fc.nat(), fc.jsonValue(), (at, value) => {
        const receipt = read(probe.sign(probe.encode(replacePart(payload, at, value)), suiteTime));
        expect(answerStatus(receipt)).toBeLessThan(500);
      });
      await fc.assert(holds, { numRuns: 500 });
    });

    test("very deep and very long payloads are read without an exception", () => {
      for (const text of ["[".repeat(200_000), `{"a":`.repeat(40_000), `{"type":"${"x".repeat(250_000)}"}`]) {
        expect(read(probe.sign(toBytes(text), suiteTime)).kind).toBe("ignored");
      }
    });
  });

  describe("send", () => {
    test("a text that fits is said once, one too long in parts that fit", async () => {
      const short = await say(probe.message, [probe.answers.sent]);
      expect(short.outcome.ok).toBe(true);
      expect(short.texts).toEqual([probe.message.text]);
      const text = `${"word ".repeat(Math.ceil(platform.limits.messageLength / 5) + 20)}end`;
      const long = await say({ ...probe.message, text: text.slice(0, 4000) }, [probe.answers.sent]);
      expect(long.outcome.ok).toBe(true);
      expect(long.texts.length).toBeGreaterThan(1);
      expect(long.texts.every((part) => part.length <= platform.limits.messageLength)).toBe(true);
      expect(long.texts.join(" ")).toBe(text.slice(0, 4000).trim());
    });

    test("429 says when to try again", async () => {
      const { make, now, retryAfterMs } = probe.answers.limited;
      const { outcome } = await say(probe.message, [make], now);
      expect(outcome).toMatchObject({ ok: false, code: "rate_limited", retryAfterMs });
    });

    test.each<[string, () => Response, OutcomeCode]>([
      ["500", () => new Response("{}", { status: 500 }), "unknown"],
      ["503 with a page", () => new Response("<html>", { status: 503 }), "unknown"],
      ["200 that is no answer", () => new Response("<html>"), "unknown"],
      ["401", () => new Response("{}", { status: 401 }), "unauthenticated"],
      ["403", () => new Response("{}", { status: 403 }), "forbidden"],
      ["a lost connection", () => lost(), "unknown"],
      ["a time-out", () => timeUp(), "unknown"],
      ["no connection at all", () => unreachable(), "unavailable"],
    ])("%s", async (_, answer, code) => {
      const { outcome } = await say(probe.message, [answer]);
      expect(outcome).toMatchObject({ ok: false, code });
    });

    test("when only the beginning was said, nobody is told to say it all again", async () => {
      const text = "word ".repeat(790).trim();
      for (const second of [probe.answers.limited.make, unreachable, () => new Response("{}", { status: 403 })]) {
        const { outcome } = await say({ ...probe.message, text }, [probe.answers.sent, second]);
        expect(outcome).toMatchObject({ ok: false, code: "unknown" });
      }
    });

    test("every request has a time limit, follows no redirect and keeps the token out of its url", async () => {
      const { calls } = await say(probe.message, [probe.answers.sent]);
      for (const { url, init } of calls) {
        expect(init?.signal).toBeInstanceOf(AbortSignal);
        expect(init?.redirect).toBe("manual");
        expect(url).not.toContain("suite-token");
      }
    });

    test("no text wakes everybody up or becomes an order", async () => {
      const hostile = ["@everyone", "<@&1>", "<!channel>", "<https://x|@here>", "/ban bob", ".timeout bob", "a\r\n/ban b"];
      for (const text of hostile) {
        const { calls, texts } = await say({ ...probe.message, text }, [probe.answers.sent]);
        expect(calls.length).toBe(1);
        expect(isHarmless(platform.name, texts[0] ?? "", calls[0]?.init)).toBe(true);
      }
    });

    async function say(message: OutboundMessage, answers: (() => Response)[], now = suiteTime) {
      const calls: { url: string; init: RequestInit | undefined }[] = [];
      // Called without `this`, as workerd demands; the last answer repeats.
      const fakeFetch: SendContext["fetch"] = async (input, init) => {
        const answer = answers[Math.min(calls.length, answers.length - 1)];
        calls.push({ url: String(input), init });
        return must(answer, "answer")();
      };
      const outcome = await send(message, { fetch: fakeFetch, config: probe.config, token: "suite-token", now });
      const texts = calls.flatMap(({ init }) => probe.textOf(init) ?? []);
      return { outcome, calls, texts };
    }
  });

  test("reply renders every outcome as an answer a person can read", () => {
    const { reply } = platform;
    if (!reply) return;
    const refusal = { ok: false, code: "cooldown", message: "Wait 5 s." } as const;
    const answers = [
      reply({ kind: "deferred" }),
      reply({ kind: "replies", replies: [] }),
      reply({ kind: "replies", replies: [{ type: "chat", text: "x".repeat(4000) }] }),
      reply({ kind: "refused", refusal }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect(answers[3]?.body).toContain("Wait 5 s.");
    expect(answers[3]?.body).not.toContain("cooldown");
  });
}
