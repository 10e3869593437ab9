import type * as z from "zod";
import { platformEvent } from "#contracts/event";
import type { Answer, Receipt } from "#contracts/platform";

export const accepted: Answer = { status: 200, contentType: "text/plain", body: "" };

export function answerJson(body: object): Answer {
  return { status: 200, contentType: "application/json", body: JSON.stringify(body) };
}

/** Counted, without effect, and answered 2xx: too many other answers and Slack stops sending. */
export function ignore(reason: string): Receipt {
  return { kind: "ignored", reason, answer: accepted };
}

/** The event to be stored, once it fits our language. */
export function receiveEvent(event: z.input<typeof platformEvent>): Receipt {
  const seen = platformEvent.safeParse(event);
  return seen.success ? { kind: "events", events: [seen.data], answer: accepted } : ignore("unfit event");
}

/** The event somebody waits for. */
export function receiveInteractive(event: z.input<typeof platformEvent>): Receipt {
  const seen = platformEvent.safeParse(event);
  return seen.success ? { kind: "interactive", event: seen.data } : ignore("unfit event");
}
