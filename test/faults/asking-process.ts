import type * as z from "zod";
import { type AskedOnce, order } from "#test/faults/asking-messages";
import { preciseNow } from "#test/faults/stall-witness";

/**
 * Asks at a steady rate, however long the answers take, and says of each how long. A process of its own: a collection of
 * the test's large heap would hold up every question due meanwhile and count it against the bot.
 */
type Request = Extract<z.infer<typeof order>, { kind: "add" }>["requests"][number];

const waiting: Request[] = [];
const asked: AskedOnce[] = [];

function start({ url, perSecond, reply }: Extract<z.infer<typeof order>, { kind: "start" }>): void {
  const ask = async ({ headers, body }: Request) => {
    const one: AskedOnce = { at: preciseNow(), tookMs: null };
    asked.push(one);
    const response = await fetch(url, { method: "POST", headers, body });
    if ((await response.text()).includes(reply)) one.tookMs = preciseNow() - one.at;
  };
  const started = performance.now();
  setInterval(() => {
    while (asked.length < ((performance.now() - started) * perSecond) / 1000) {
      const request = waiting.shift();
      if (!request) throw new Error("the questions ran out");
      // One that fails stays unanswered, which is found out.
      void ask(request).catch(() => undefined);
    }
  }, 5);
}

process.on("message", (message) => {
  const said = order.parse(message);
  if (said.kind === "start") start(said);
  if (said.kind === "add") waiting.push(...said.requests);
  if (said.kind === "tell") process.send?.(asked);
});
process.on("disconnect", () => process.exit(0));
