import type { Invocation, ModuleResultInput } from "#contracts/module";
import { type Outcome, refuse } from "#contracts/outcome";
import { globalCommunityId } from "#db/rbac";
import { cleanText } from "#module-kit/clean-text";
import { cutText, joinWithin } from "#module-kit/cut-text";
import { takeWord } from "#module-kit/parse-args";
import { say } from "#module-kit/say";
import { type CommunityDeps, speakerOf } from "#modules/community/deps";
import { enterPlace } from "#modules/community/find-place";
import { parseChannel, parseUser } from "#modules/community/rules";

type Answer = Promise<Outcome<ModuleResultInput>>;

const usage = "Use: !community add user <id>, or !community add entity <platform:server[:channel]|here>";
const channelRefusals = {
  taken: "This channel is in another community. It has to be let go there first.",
  full: "This community has as many channels as one may have.",
} as const;

/** `add user|entity <id>`, for moderators of the community and above. */
export async function add(typed: string, invocation: Invocation, deps: CommunityDeps): Answer {
  const { word, rest } = takeWord(typed);
  if (word.toLowerCase() === "user") return addUser(rest, invocation, deps);
  if (word.toLowerCase() === "entity") return addChannel(rest, invocation, deps);
  return refuse("bad_request", { message: usage });
}

async function addUser(typed: string, invocation: Invocation, deps: CommunityDeps): Answer {
  const userKey = parseUser(typed, invocation.event.platform);
  if (userKey === undefined) return refuse("bad_request", { message: usage });
  const entered = await enterPlace(invocation, deps, { level: "moderator" });
  if (!entered.ok) return entered;
  const { place } = entered.value;
  await deps.store.addUser(userKey, place.id, speakerOf(invocation).by);
  return say(`${cutText(userKey, 100)} is a member of ${place.name}.`);
}

/** A channel is brought by whoever it belongs to: by proof of an account, or because its platform says so right here. */
async function addChannel(typed: string, invocation: Invocation, deps: CommunityDeps): Answer {
  const { event } = invocation;
  const channel = parseChannel(typed, event.entityId);
  if (!channel) return refuse("bad_request", { message: usage });
  const entered = await enterPlace(invocation, deps, { level: "moderator" });
  if (!entered.ok) return entered;
  const { place, accounts } = entered.value;
  if (place.id === globalCommunityId)
    return refuse("conflict", {
      message: "Channels that are nobody's are in the global community by themselves.",
    });
  const ownsHere = channel.entityId === event.entityId && event.user.platformRole === "owner";
  const of = { accounts, communityId: place.id };
  if (!ownsHere && !(await deps.store.mayBring(channel.parts, of)))
    return refuse("forbidden", {
      message: "Please bring a channel that is yours: say it there, as its owner.",
    });
  const done = await deps.store.addChannel(channel.parts, place.id, speakerOf(invocation).by);
  if (done !== "done") return refuse("conflict", { message: channelRefusals[done] });
  return say(
    `${cutText(cleanText(channel.entityId), 100)} is a channel of ${place.name}, within five minutes at the latest.`,
  );
}

/** `install <module>`, for admins and owners. */
export async function install(typed: string, invocation: Invocation, deps: CommunityDeps): Answer {
  const name = takeWord(typed).word.toLowerCase();
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name))
    return refuse("bad_request", { message: "Use: !community install <module>" });
  const entered = await enterPlace(invocation, deps, { level: "admin" });
  if (!entered.ok) return entered;
  const { place } = entered.value;
  const { isKnown, known } = await deps.store.install(name, place.id, speakerOf(invocation).by);
  if (isKnown) return say(`${name} is on in ${place.name}, within five minutes at the latest.`);
  return refuse("not_found", {
    message: `There is no module ${name}. There are: ${joinWithin(known, 300, ", ")}`,
  });
}
