import type { AttemptRecord } from "#simulators/delivery";
import type { ChannelFacts } from "#test/faults/channel-facts";

/** One event the load made, whether or not anybody heard of it. */
export interface SentEvent {
  /** As the edge builds it: `platform:id`. */
  eventId: string;
  entityId: string;
  isCommand: boolean;
}

/** Everything a run leaves behind, from both sides. */
export interface RunRecords {
  sent: readonly SentEvent[];
  /** The senders' own books. */
  attempts: readonly AttemptRecord[];
  channels: readonly ChannelFacts[];
  /** The event each of the bot's messages on the simulated platforms answers; undefined when it answers none. */
  replies: readonly (string | undefined)[];
}

/** Set sizes, then the differences of promises.md, "What nothing lost means": every list must be empty. */
export interface Findings {
  sizes: {
    sent: number;
    acknowledged: number;
    stored: number;
    /** Stored by an attempt that got no answer; zero means that no kill hit between store and answer. */
    storedUnacknowledged: number;
    neverAcknowledged: number;
    commandsStored: number;
    repliesHeard: number;
    /** Rows by state, those that were not sent with the reason. */
    outbox: Record<string, number>;
  };
  /** N1: acknowledged and not stored. */
  lost: string[];
  /** N2: stored and neither handled nor, where a reply is due, sent, given up or marked unknown. */
  unfinished: string[];
  /** N3: more than one reply was heard. */
  doubled: string[];
  /** N3, N4: a stored command whose reply is neither heard nor marked as unknown or failed with a reason. */
  unanswered: string[];
  /** N7: stored but never sent, or an effect nothing stored accounts for. */
  ghosts: string[];
}

export function checkRecords({ sent, attempts, channels, replies }: RunRecords): Findings {
  const books = Map.groupBy(attempts, ({ platform, id }) => `${platform}:${id}`);
  const acknowledged = new Set([...books].filter(([, tries]) => tries.some(isAnswered)).map(([id]) => id));
  const rows = channels.flatMap((channel) => channel.outbox);
  const rowsByEvent = Map.groupBy(rows, (row) => row.eventId);
  const storedAt = new Map(
    channels.flatMap(({ seen }) =>
      seen.filter(({ id }) => !id.startsWith("~")).map(({ id, at }) => [id, at] as const),
    ),
  );
  const heard = Map.groupBy(replies, (eventId) => eventId ?? "a reply to nothing");
  const timesHeard = (eventId: string) => heard.get(eventId)?.length ?? 0;
  const sentIds = new Set(sent.map(({ eventId }) => eventId));
  const commands = sent.filter(({ eventId, isCommand }) => isCommand && storedAt.has(eventId));
  const commandIds = new Set(commands.map(({ eventId }) => eventId));

  const isSettled = (eventId: string) => {
    const chat = (rowsByEvent.get(eventId) ?? []).filter(({ kind }) => kind === "chat");
    const [row] = chat;
    if (!row || chat.length > 1) return false;
    if (row.state === "sent") return timesHeard(eventId) === 1;
    return row.state === "unknown" || (row.state === "failed" && Boolean(row.note));
  };

  return {
    sizes: {
      sent: sent.length,
      acknowledged: acknowledged.size,
      stored: storedAt.size,
      storedUnacknowledged: [...storedAt].filter(([id, at]) => isBeforeItsAnswer(at, books.get(id) ?? []))
        .length,
      neverAcknowledged: sent.filter(({ eventId }) => !acknowledged.has(eventId)).length,
      commandsStored: commands.length,
      repliesHeard: replies.length,
      outbox: countBy(rows.map(({ state, note }) => (state === "sent" ? state : `${state}, ${note}`))),
    },
    lost: [...acknowledged].filter((id) => !storedAt.has(id)),
    unfinished: [
      ...channels.flatMap(({ waiting }) => waiting),
      ...rows.filter(({ state }) => state === "new" || state === "sending").map(({ key }) => key),
    ],
    doubled: [...heard].filter(([, times]) => times.length > 1).map(([id]) => id),
    unanswered: commands.map(({ eventId }) => eventId).filter((id) => !isSettled(id)),
    ghosts: [
      ...[...storedAt.keys()].filter((id) => !sentIds.has(id)),
      ...[...rowsByEvent.keys()].filter((id) => !commandIds.has(id)),
      ...[...heard.keys()].filter((id) => !rowsByEvent.has(id)),
    ],
  };
}

/** Sizes in full, of every difference its size and the first few. */
export function describeFindings({ sizes, ...differences }: Findings): string {
  const lines = Object.entries(sizes).map(([name, size]) => `${name}: ${JSON.stringify(size)}`);
  const found = Object.entries(differences).map(
    ([name, ids]) => `${name}: ${ids.length} ${ids.slice(0, 5).join(", ")}`,
  );
  return [...lines, ...found].map((line) => `  ${line.trimEnd()}`).join("\n");
}

function isAnswered({ status }: AttemptRecord): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** No attempt that was answered had begun when it was stored, so one without an answer stored it. */
function isBeforeItsAnswer(storedAt: number, tries: readonly AttemptRecord[]): boolean {
  return !tries.some((attempt) => isAnswered(attempt) && attempt.at - attempt.ms <= storedAt + 5);
}

function countBy(values: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length]),
  );
}
