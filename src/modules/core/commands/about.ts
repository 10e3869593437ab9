import { makeUserKey } from "#contracts/ids";
import type { Invocation, ModuleResultInput } from "#contracts/module";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { cleanText } from "#module-kit/clean-text";
import { cutText } from "#module-kit/cut-text";
import type { ActivityStore } from "#modules/core/store";

const list = [
  "`/waddlebot help` — this list",
  "`/waddlebot status` — whether I am listening here",
  "`/waddlebot points` — your points here",
  "Every command works as well: `/waddlebot quote 3` is `!quote 3`.",
].join("\n");

/** What a platform's own `/waddlebot` says of itself (20-receivers §1.11); only the one who asks sees it. */
export async function about(
  invocation: Invocation,
  { activity }: { activity: ActivityStore },
): Promise<Outcome<ModuleResultInput>> {
  const { argsText, commands = [], community, event } = invocation;
  const name = cutText(cleanText(community.name), 100);
  switch (argsText) {
    case "help":
      return whisper(list);
    case "status": {
      const enabled = commands.filter((row) => row.isEnabled).length;
      return whisper(`I am active in ${name}, with ${enabled} commands.`);
    }
    case "points": {
      const own = await activity.read(community.id, makeUserKey(event.platform, event.user.id));
      return whisper(`You have ${own?.points ?? 0n} points in ${name}.`);
    }
    default:
      return refuse("not_found", { message: "That button no longer leads anywhere." });
  }
}

function whisper(text: string): Outcome<ModuleResultInput> {
  return succeed({ responses: [{ type: "chat", text, ephemeral: true }] });
}
