import type { Invocation, ModuleResultInput } from "#contracts/module";
import { type Outcome, refuse } from "#contracts/outcome";
import { say } from "#module-kit/say";
import { type IdentityDeps, notSignedIn } from "#modules/identity/speaker";

/** Says in the open only how many accounts there are: which ones is for the hub to show, as far as people let it be seen. */
export async function whoami(
  { event }: Invocation,
  { people }: IdentityDeps,
): Promise<Outcome<ModuleResultInput>> {
  const userId = await people.personOf(event.platform, event.user.id);
  if (userId === undefined) return refuse("not_found", { message: notSignedIn });
  const others = (await people.accountsOf(userId)).length - 1;
  return say(`This account is linked, together with ${others} ${others === 1 ? "other" : "others"}.`);
}
