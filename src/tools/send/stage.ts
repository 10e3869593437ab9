import * as z from "zod";
import { type Execution, execution } from "#contracts/execution";
import { PlainError } from "#tools/plain-error";

const dispatched = z.object({ eventId: z.string(), messageId: z.string() });
export type Dispatched = z.infer<typeof dispatched>;

const line = z.object({
  id: z.string(),
  attempts: z.int().optional(),
  delivery: z.enum(["delivered", "refused", "failed"]).optional(),
});
export type Line = z.infer<typeof line>;

const state = z.object({ messages: z.array(line) });
const refusal = z.object({ error: z.object({ message: z.string() }) });
const timeoutMs = 5000;

/** The rehearsal stage of a running `npm start`: it signs and sends, and knows what came of it. */
export interface Stage {
  /** `POST /rehearsal/<path>`. */
  perform(path: "say" | "event", body: object): Promise<Dispatched>;
  /** The line as the platform sees it; undefined when it is gone. */
  lineOf(messageId: string): Promise<Line | undefined>;
  /** The bot's own record; null while there is none. */
  whyOf(eventId: string, entityId: string): Promise<Execution | null>;
}

/** Every method throws a PlainError when nothing, or something else, answers at `origin`. */
export function openStage(origin: URL, fetch: typeof globalThis.fetch): Stage {
  async function ask(path: string, init: RequestInit = {}): Promise<{ status: number; body: unknown }> {
    try {
      const url = new URL(`/rehearsal/${path}`, origin);
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
      return { status: response.status, body: readJson(await response.text()) };
    } catch (error) {
      if (error instanceof DOMException && error.name === "TimeoutError") {
        throw new PlainError(`${origin.origin} does not answer within ${timeoutMs / 1000} s.`);
      }
      throw new PlainError(
        `Nothing is running at ${origin.origin}: begin with npm start, or say where it listens with --port N.`,
      );
    }
  }
  function read<T>(schema: z.ZodType<T>, { status, body }: { status: number; body: unknown }): T {
    const seen = schema.safeParse(body);
    if (status < 300 && seen.success) return seen.data;
    const refused = refusal.safeParse(body);
    if (status === 400 && refused.success) throw new PlainError(refused.data.error.message);
    throw new PlainError(`What answers at ${origin.origin} is no WaddleBot with simulated platforms.`);
  }
  return {
    perform: async (path, body) =>
      read(dispatched, await ask(path, { method: "POST", body: JSON.stringify(body) })),
    async lineOf(messageId) {
      const { messages } = read(state, await ask("state"));
      return messages.find(({ id }) => id === messageId);
    },
    async whyOf(eventId, entityId) {
      const query = new URLSearchParams({ eventId, entityId });
      const answer = await ask(`why?${query}`);
      return answer.status === 404 ? null : read(execution, answer);
    },
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A page of another program; every schema refuses undefined.
    return undefined;
  }
}
