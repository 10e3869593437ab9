import { makeUserKey } from "#contracts/ids";
import type { Invocation, ModuleResultInput } from "#contracts/module";
import type { Outcome } from "#contracts/outcome";
import { cleanText } from "#module-kit/clean-text";
import { cutText } from "#module-kit/cut-text";
import { say } from "#module-kit/say";
import type { ActivityStore } from "#modules/core/store";

/** What can honestly be said: the channel gathers messages and points and writes them in batches, so they lag a little. */
export async function stats(
  { commands = [], community, event, user }: Invocation,
  { activity }: { activity: ActivityStore },
): Promise<Outcome<ModuleResultInput>> {
  const enabled = commands.filter((row) => row.isEnabled);
  const modules = new Set(enabled.map((row) => row.module));
  const own = await activity.read(community.id, makeUserKey(event.platform, event.user.id));
  const name = cutText(cleanText(user.name), 64) || "You";
  const numbers = own
    ? `${name}: ${count(own.messages, "message")}, ${count(own.points, "point")}.`
    : `${name}: nothing counted yet.`;
  const place = `${count(BigInt(enabled.length), "command")} from ${count(BigInt(modules.size), "module")}`;
  return say(`${cutText(cleanText(community.name), 100)} has ${place}. ${numbers}`);
}

function count(amount: bigint, noun: string): string {
  return `${amount} ${noun}${amount === 1n ? "" : "s"}`;
}
