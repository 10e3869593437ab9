import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { Database } from "#db/client";
import { type Spending, spendPoints } from "#db/spend-points";
import type { Log } from "#lib/log";

/** What a command costs, and who pays it. */
export type Price = Omit<Spending, "reason">;

/** Money fails closed (90-decisions C-20): what could not be paid is not run. */
export async function charge(db: Database, price: Price, log: Log): Promise<Outcome<null>> {
  try {
    const spent = await spendPoints(db, { ...price, reason: "price of a command" });
    if (spent.kind === "paid") return succeed(null);
    return refuse("payment_required", {
      message: `You need ${price.points} points and have ${spent.held}.`,
    });
  } catch (error) {
    log({
      level: "ERROR",
      category: "SYSTEM",
      action: "points.spend",
      result: "FAILURE",
      details: { communityId: price.communityId, error: error instanceof Error ? error.name : typeof error },
    });
    return refuse("payment_required", {
      message: "Your points cannot be reached right now. Try again soon.",
    });
  }
}
