import { describe, expect, test } from "vitest";
import type { OutcomeCode } from "#contracts/outcome";
import type { Platform, SendContext } from "#contracts/platform";
import type { OutboundMessage } from "#contracts/sender";
import { must } from "#lib/must";
import { anOpenGate } from "#test/fakes/an-open-gate";
import { type SendProbe, suiteTime } from "./platform-probe.ts";

/** What every platform we speak to by REST owes. */
export function platformSendSuite(platform: Platform, probe: SendProbe): void {
  const send = must(platform.send, "send");

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
      ["a lost connection", lost, "unknown"],
      ["a time-out", timeUp, "unknown"],
      ["no connection at all", unreachable, "unavailable"],
    ])("%s", async (_, answer, code) => {
      const { outcome } = await say(probe.message, [answer]);
      expect(outcome).toMatchObject({ ok: false, code });
    });

    test("when only the beginning was said, nobody is told to say it all again", async () => {
      const text = "word ".repeat(790).trim();
      for (const second of [
        probe.answers.limited.make,
        unreachable,
        () => new Response("{}", { status: 403 }),
      ]) {
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
      const hostile = [
        "@everyone",
        "<@&1>",
        "<!channel>",
        "<https://x|@here>",
        "/ban bob",
        ".timeout bob",
        "a\r\n/ban b",
      ];
      for (const text of hostile) {
        const { calls } = await say({ ...probe.message, text }, [probe.answers.sent]);
        expect(calls.length).toBe(1);
        expect(probe.isHarmless(calls[0]?.init), text).toBe(true);
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
      const outcome = await send(message, {
        fetch: fakeFetch,
        config: probe.config,
        token: "suite-token",
        now,
        gate: anOpenGate().gate,
      });
      const texts = calls.flatMap(({ init }) => probe.textOf(init) ?? []);
      return { outcome, calls, texts };
    }
  });
}

function lost(): Response {
  throw new TypeError("Network connection lost.");
}

function timeUp(): Response {
  throw new DOMException("The operation timed out.", "TimeoutError");
}

function unreachable(): Response {
  throw new TypeError("fetch failed", {
    cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }),
  });
}
