import type { Problem } from "#hub/api/problem.ts";
import type { RehearsalMessage, StagePlatform, Viewer } from "./wire.ts";

/** A line the person sent that the stage has not shown yet. */
export interface LocalLine {
  localId: string;
  platform: StagePlatform;
  viewer: Viewer;
  text: string;
  /** Epoch milliseconds, this browser's clock. */
  at: number;
  state: "sending" | "sent" | "failed";
  /** The stage's id, once known. */
  messageId?: string;
  problem?: Problem;
}

/** Everything said so far, plus what is on its way. */
export interface Thread {
  messages: readonly RehearsalMessage[];
  locals: readonly LocalLine[];
}

export type ThreadAction =
  | { type: "loaded"; messages: readonly RehearsalMessage[] }
  | { type: "arrived"; message: RehearsalMessage }
  | { type: "said"; line: LocalLine }
  | { type: "accepted"; localId: string; messageId: string }
  | { type: "rejected"; localId: string; problem: Problem }
  | { type: "retried"; localId: string }
  | { type: "discarded"; localId: string };

export const emptyThread: Thread = { messages: [], locals: [] };

/** Keeps a long rehearsal light; the oldest lines leave first. */
const keptMessages = 600;

function upsert(messages: readonly RehearsalMessage[], message: RehearsalMessage): RehearsalMessage[] {
  const known = messages.findIndex((other) => other.id === message.id);
  if (known >= 0) return messages.with(known, message);
  const after = messages.findLastIndex((other) => other.at <= message.at);
  return messages.toSpliced(after + 1, 0, message).slice(-keptMessages);
}

/**
 * The stream may be faster than the answer to our own POST; then the line is recognised
 * by what it says, so that nobody sees it twice.
 */
function isSameLine(local: LocalLine, message: RehearsalMessage): boolean {
  if (local.messageId !== undefined) return local.messageId === message.id;
  const isSending = local.state === "sending" && message.author.kind === "viewer";
  const isSamePlace = local.platform === message.platform && local.viewer.name === message.author.name;
  return isSending && isSamePlace && local.text.trim() === message.text.trim();
}

function arrive(thread: Thread, message: RehearsalMessage): Thread {
  const isNew = !thread.messages.some((other) => other.id === message.id);
  const settled = isNew ? thread.locals.findIndex((local) => isSameLine(local, message)) : -1;
  return {
    messages: upsert(thread.messages, message),
    locals: settled < 0 ? thread.locals : thread.locals.toSpliced(settled, 1),
  };
}

function change(thread: Thread, localId: string, make: (line: LocalLine) => LocalLine | undefined): Thread {
  const locals = thread.locals.flatMap((line) => (line.localId === localId ? (make(line) ?? []) : line));
  return { ...thread, locals };
}

/** Pure: how each thing that can happen changes the thread. */
export function reduceThread(thread: Thread, action: ThreadAction): Thread {
  switch (action.type) {
    case "loaded":
      return action.messages.reduce(arrive, thread);
    case "arrived":
      return arrive(thread, action.message);
    case "said":
      return { ...thread, locals: [...thread.locals, action.line] };
    case "accepted": {
      const isShown = thread.messages.some((message) => message.id === action.messageId);
      return change(thread, action.localId, (line) =>
        isShown ? undefined : { ...line, state: "sent", messageId: action.messageId },
      );
    }
    case "rejected":
      return change(thread, action.localId, (line) => ({
        ...line,
        state: "failed",
        problem: action.problem,
      }));
    case "retried":
      return change(thread, action.localId, ({ problem: _, ...line }) => ({ ...line, state: "sending" }));
    case "discarded":
      return change(thread, action.localId, () => undefined);
    default:
      return action satisfies never;
  }
}

/** The events that were answered in chat. */
export function answeredEvents(messages: readonly RehearsalMessage[]): ReadonlySet<string> {
  const replies = messages.filter((message) => message.author.kind === "bot");
  return new Set(replies.flatMap((message) => message.inReplyTo ?? []));
}
