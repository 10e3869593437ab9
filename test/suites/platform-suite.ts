import { readdirSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlatformEvent } from "#contracts/event";
import type { Platform, Receipt, WebhookRequest } from "#contracts/platform";
import { must } from "#lib/must";
import { breakTexts, flipBit, poison, readJson, replacePart, toBytes, trySet } from "./payload-mutations.ts";
import { type PlatformProbe, suiteTime } from "./platform-probe.ts";
import { platformSendSuite } from "./platform-send-suite.ts";

/** What every platform with a webhook owes, whatever it is called (architecture §9). */
export function platformSuite(platform: Platform, probe: PlatformProbe): void {
  const verify = must(platform.verify, "verify");
  const parse = must(platform.parse, "parse");
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
        odd.push(`sha1=${digits}`, `${scheme}${scheme}${digits}`, `${scheme} ${digits}`);
        if (digits.toUpperCase() !== digits) odd.push(`${scheme}${digits.toUpperCase()}`);
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
      const again = eventOf(read(later));
      expect([again.id, again.semanticKey]).toEqual([first.id, first.semanticKey]);
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
      expect(read(request)).toEqual(read(signed(probe.examples.event)));
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
      const bytes = fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.json().map(toBytes),
        fc.webQueryParameters().map(toBytes),
      );
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
      const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
      for (const text of [deep, `{"a":`.repeat(40_000), `{"type":"${"x".repeat(250_000)}"}`]) {
        expect(read(probe.sign(toBytes(text), suiteTime)).kind).toBe("ignored");
      }
    });
  });

  platformSendSuite(platform, probe);

  test("reply renders every outcome as an answer a person can read", () => {
    const { reply } = platform;
    if (!reply) return;
    const refusal = { ok: false, code: "cooldown", message: "Wait 5 s." } as const;
    const event = eventOf(read(signed(probe.examples.event)));
    const answers = [
      reply({ kind: "deferred" }, event),
      reply({ kind: "replies", replies: [] }, event),
      reply({ kind: "replies", replies: [{ type: "chat", text: "x".repeat(4000) }] }, event),
      reply({ kind: "refused", refusal }, event),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect(answers[3]?.body).toContain("Wait 5 s.");
    expect(answers[3]?.body).not.toContain("cooldown");
  });
}

function isEffect(receipt: Receipt): boolean {
  return receipt.kind === "events" || receipt.kind === "interactive";
}

function eventOf(receipt: Receipt): PlatformEvent {
  if (receipt.kind === "interactive") return receipt.event;
  if (receipt.kind === "events") return must(receipt.events[0], "event");
  throw new Error(`no event came of it: ${JSON.stringify(receipt)}`);
}

/** An interactive request is answered by what comes of it. */
function answerStatus(receipt: Receipt): number {
  return "answer" in receipt ? receipt.answer.status : 200;
}
