import { type Block, context } from "#platforms/slack/blocks/blocks";
import { blockLimits } from "#platforms/slack/blocks/limits";

const more = "… and more, which Slack has no room for.";

/** As many of the blocks as one message takes, with a word about the rest. */
export function fitMessage(blocks: readonly (Block | undefined)[]): Block[] {
  const known = blocks.filter((block) => block !== undefined);
  const room = blockLimits.total - more.length;
  let total = 0;
  const shown: Block[] = [];
  for (const block of known) {
    total += lengthOf(block);
    if (total > room || shown.length >= blockLimits.inMessage) break;
    shown.push(block);
  }
  if (shown.length === known.length) return shown;
  return [...shown.slice(0, blockLimits.inMessage - 1), context(more)];
}

/** Every word in it, wherever it stands. */
function lengthOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, part) => sum + lengthOf(part), 0);
}
