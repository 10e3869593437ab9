import type { Invocation, ModuleResultInput } from "#contracts/module";
import { type Outcome, refuse } from "#contracts/outcome";
import { globalCommunityId } from "#db/rbac";
import { say } from "#module-kit/say";
import { type CommunityDeps, speakerOf } from "#modules/community/deps";
import { noContext } from "#modules/community/rules";

/** `leave`: the speaking account leaves the community of the context. Said again it is still so. */
export async function leave(
  invocation: Invocation,
  { store, now }: CommunityDeps,
): Promise<Outcome<ModuleResultInput>> {
  const speaker = speakerOf(invocation);
  const id = await store.contextOf(speaker, new Date(now()));
  if (id === undefined) return refuse("bad_request", { message: noContext });
  if (id === globalCommunityId)
    return refuse("conflict", { message: "Cannot leave the global community: everybody belongs to it." });
  const outcome = await store.leave(speaker.userKey, id, speaker.by);
  if (outcome === "last owner")
    return refuse("conflict", {
      message: "A community needs an owner. Please make somebody else one first.",
    });
  if (outcome === "again")
    return refuse("conflict", { message: "The roles changed meanwhile. Please try again." });
  return say("You have left the community.");
}
