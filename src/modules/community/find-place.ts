import type { Invocation } from "#contracts/module";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { type PermissionLevel, reachesLevel } from "#contracts/role";
import { type CommunityDeps, speakerOf } from "#modules/community/deps";
import { noContext, parseWanted } from "#modules/community/rules";
import type { Place } from "#modules/community/store";

/** A community somebody acts in, and the accounts that are theirs. */
export interface Entered {
  place: Place;
  accounts: string[];
}

/**
 * The community that was named, else the one of the context. Only one's own are found: a foreign one and one that never
 * was are answered alike. What somebody may do there is what they were given there; the channel they speak in gives nothing.
 */
export async function enterPlace(
  invocation: Invocation,
  { store, now }: CommunityDeps,
  { named = "", level = "everyone" }: { named?: string; level?: PermissionLevel } = {},
): Promise<Outcome<Entered>> {
  const speaker = speakerOf(invocation);
  const accounts = await store.accountsOf(speaker.userKey);
  const which = named === "" ? await byContext() : parseWanted(named);
  if (which === undefined) return refuse("bad_request", { message: noContext });
  const [place] = await store.findMine(accounts, which);
  if (!place)
    return refuse("not_found", { message: "You belong to no such community. !community list shows yours." });
  if (!reachesLevel(place.role, level))
    return refuse("forbidden", { message: `That is for ${level}s of ${place.name} and above.` });
  return succeed({ place, accounts });

  async function byContext() {
    const id = await store.contextOf(speaker, new Date(now()));
    return id === undefined ? undefined : { id };
  }
}
