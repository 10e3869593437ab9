/** What one message cost, counted; each number is per message. */
export interface Cost {
  objectCalls: number;
  statements: number;
  rowsWritten: number;
  moduleCalls: number;
}

/** The most a message may cost; what is not named has no limit. */
export type Budget = Partial<Cost>;

/** A plain message that came in a batch of 100 from the gateway. */
export const plainMessageBudget: Budget = {
  objectCalls: 0.02,
  statements: 0.02,
  rowsWritten: 4,
  moduleCalls: 0,
};

/** A command with one answer. Its log row leaves in a flush of up to 500. */
export const commandBudget: Budget = { rowsWritten: 8, moduleCalls: 1 };

const words: Record<keyof Cost, string> = {
  objectCalls: "object calls",
  statements: "statements",
  rowsWritten: "rows",
  moduleCalls: "module calls",
};

const keys = ["objectCalls", "statements", "rowsWritten", "moduleCalls"] as const satisfies (keyof Cost)[];

/** `met`, or each limit that was missed and by how much; a dash without a budget. */
export function judge(cost: Cost, budget: Budget | undefined): string {
  if (!budget) return "–";
  const missed = keys.flatMap((key) => {
    const limit = budget[key];
    return limit !== undefined && cost[key] > limit + 1e-9
      ? [describeMiss(words[key], cost[key], limit)]
      : [];
  });
  return missed.length === 0 ? "met" : `missed: ${missed.join(", ")}`;
}

function describeMiss(what: string, value: number, limit: number): string {
  const over = limit === 0 ? "" : ` (× ${(value / limit).toFixed(2)})`;
  return `${what} ${Number(value.toFixed(4))} > ${limit}${over}`;
}
