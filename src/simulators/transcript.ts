import type { SimulatedPlatform } from "#simulators/demo";

/** One line in a chat pane: what a viewer wrote, what the bot said, or what the platform itself reports. */
export interface RehearsalMessage {
  id: string;
  platform: SimulatedPlatform;
  author: { kind: "viewer" | "bot" | "system"; name: string };
  text: string;
  /** Epoch milliseconds. */
  at: number;
  entityId: string;
  /** Our event id as the edge builds it, on lines that caused an event. */
  eventId?: string;
  /** The event this answers, where the platform tells. */
  inReplyTo?: string;
  ephemeral?: boolean;
  /** A deferred Discord answer that has not come yet. */
  isPending?: boolean;
  attempts?: number;
  /** `refused`: the edge said no (4xx); `failed`: no answer or a server error until the platform gave up. */
  delivery?: "delivered" | "refused" | "failed";
  /** The platform's own id of a message the bot posted. */
  platformMessageId?: string;
}

/** Something the bot said, as a platform's handle tells it. */
export interface BotMessage {
  /** The platform's own message id. */
  id: string;
  text: string;
  at: number;
  entityId: string;
  inReplyTo?: string;
  ephemeral?: boolean;
  isPending?: boolean;
}

export type MessageListener = (message: RehearsalMessage) => void;
type Draft = Omit<RehearsalMessage, "id">;

export interface Transcript {
  add(message: Draft): RehearsalMessage;
  /** Changes a line that is still kept; an older one is silently gone. */
  update(id: string, change: Partial<Draft>): void;
  remove(id: string): void;
  list(): RehearsalMessage[];
  botMessages(platform: SimulatedPlatform): BotMessage[];
  /** Hears of every new and every changed line; returns how to stop listening. */
  onChange(listener: MessageListener): () => void;
}

/** Keeps the latest `capacity` lines, oldest first. */
export function makeTranscript(makeId: () => string, capacity: number): Transcript {
  const lines = new Map<string, RehearsalMessage>();
  const listeners = new Set<MessageListener>();
  const store = (line: RehearsalMessage) => {
    lines.set(line.id, line);
    for (const oldest of lines.keys()) {
      if (lines.size <= capacity) break;
      lines.delete(oldest);
    }
    for (const listener of listeners) listener(line);
    return line;
  };
  return {
    add: (draft) => store({ id: makeId(), ...draft }),
    update(id, change) {
      const line = lines.get(id);
      if (line) store({ ...line, ...change });
    },
    remove: (id) => lines.delete(id),
    list: () => [...lines.values()],
    botMessages: (platform) =>
      [...lines.values()].filter((line) => line.platform === platform).flatMap((line) => asBotMessage(line)),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Empty when the line is not the bot's. */
export function asBotMessage(line: RehearsalMessage): BotMessage[] {
  if (line.author.kind !== "bot") return [];
  const { platformMessageId = line.id, text, at, entityId, inReplyTo, ephemeral, isPending } = line;
  return [
    {
      id: platformMessageId,
      text,
      at,
      entityId,
      ...(inReplyTo === undefined ? {} : { inReplyTo }),
      ...(ephemeral === undefined ? {} : { ephemeral }),
      ...(isPending === undefined ? {} : { isPending }),
    },
  ];
}
