/** What one message cost, counted; each number is per message. */
export interface Cost {
  /** To the Worker itself; not counted where two scenarios come in by one door. */
  workerRequests: number | undefined;
  objectCalls: number;
  statements: number;
  rowsWritten: number;
  moduleCalls: number;
}

/** The most a message may cost; what is not named has no limit. */
export type Budget = Partial<Cost>;

/** A plain message that came in a channel's batch of 100 from the gateway. */
export const plainMessageBudget: Budget = {
  workerRequests: 0.01,
  objectCalls: 0.02,
  statements: 0.02,
  rowsWritten: 4,
  moduleCalls: 0,
};

/** The same where a batch holds lines of many channels: each of them is one object, so a call each is the least there is. */
export const { objectCalls: _, ...plainOfManyRoomsBudget }: Budget = plainMessageBudget;

/** A command with one answer. Its log row leaves in a flush of up to 500. */
export const commandBudget: Budget = { rowsWritten: 8, moduleCalls: 1 };

const words: Record<keyof Cost, string> = {
  workerRequests: "Worker requests",
  objectCalls: "object calls",
  statements: "statements",
  rowsWritten: "rows",
  moduleCalls: "module calls",
};

const keys = [
  "workerRequests",
  "objectCalls",
  "statements",
  "rowsWritten",
  "moduleCalls",
] as const satisfies (keyof Cost)[];

const met = "met";
const noBudget = "–";

/** Whether a verdict is one to stop for. */
export function isMissed(verdict: string): boolean {
  return verdict !== met && verdict !== noBudget;
}

/** `met`, or each limit that was missed and by how much; a dash without a budget. */
export function judge(cost: Cost, budget: Budget | undefined): string {
  if (!budget) return noBudget;
  const missed = keys.flatMap((key) => {
    const [limit, value] = [budget[key], cost[key]];
    if (limit === undefined) return [];
    if (value === undefined) return [`${words[key]} were not counted`];
    return value > limit + 1e-9 ? [describeMiss(words[key], value, limit)] : [];
  });
  return missed.length === 0 ? met : `missed: ${missed.join(", ")}`;
}

function describeMiss(what: string, value: number, limit: number): string {
  const over = limit === 0 ? "" : ` (× ${(value / limit).toFixed(2)})`;
  return `${what} ${Number(value.toFixed(4))} > ${limit}${over}`;
}
