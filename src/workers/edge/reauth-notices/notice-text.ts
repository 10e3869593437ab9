import type { Incident } from "#workers/edge/reauth-notices/store";

/** Short enough for one line of IRC, with the address. */
const mostName = 60;

/** What is said in chat: what ends and when, and what to do. `hub` is the hub's address; empty where none is known. */
export function noticeText(
  { platform, role, name, account, endsAt, slug }: Omit<Incident, "places" | "since" | "communityId">,
  { hub, now }: { hub: string; now: number },
): string {
  const whose = role === "bot" ? "The bot's account" : "The channel owner's account";
  const who = `${whose} ${(name || account).slice(0, mostName)} on ${platform}`;
  const where = hub === "" ? "in the hub" : `at ${hub}/c/${slug}/connections`;
  const fix = `Please connect it again ${where} (page Connections).`;
  if (endsAt !== null && endsAt <= now) return `${who} is no longer connected. ${fix}`;
  if (endsAt === null) return `${who} is about to lose its connection. ${fix}`;
  return `${who} loses its connection on ${minuteOf(endsAt)}. ${fix}`;
}

function minuteOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " at ")} UTC`;
}
