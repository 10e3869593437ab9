import type { Invocation, ModuleResultInput } from "#contracts/module";
import { type Outcome, refuse } from "#contracts/outcome";
import { say } from "#module-kit/say";
import { actorOf, type IdentityDeps } from "#modules/identity/speaker";

const noCode =
  "There is no code for this account, or its time is over. Ask for a new one with !identity link.";

/** `!verify CODE`, from the account the code was written to: from any other the right letters are worth nothing. */
export async function verify(
  invocation: Invocation,
  { people }: IdentityDeps,
): Promise<Outcome<ModuleResultInput>> {
  const { event, argsText } = invocation;
  const typed = argsText.trim().slice(0, 40);
  if (typed === "") return refuse("bad_request", { message: "Use: !verify <code>" });
  const account = { platform: event.platform, platformUserId: event.user.id };
  const checked = await people.check({ ...account, typed });
  if (checked.kind === "none") return refuse("not_found", { message: noCode });
  if (checked.kind === "wrong")
    return refuse("bad_request", {
      message: checked.left > 0 ? `That is not the code. ${checked.left} tries are left.` : noCode,
    });
  const platformUsername = event.user.login;
  const linked = await people.link(
    { userId: checked.userId, ...account, platformUsername },
    actorOf(invocation),
  );
  if (linked === "taken") return refuse("conflict", { message: "This account is linked to somebody else." });
  return say("This account is linked. You are one person on both now.");
}
