import type { Invocation, ModuleResultInput } from "#contracts/module";
import { type Outcome, refuse } from "#contracts/outcome";
import { platformName } from "#contracts/platform-name";
import { type Asked, isWhisperPlatform, type WhisperPlatform } from "#db/link-codes";
import { cleanText } from "#module-kit/clean-text";
import { cutText } from "#module-kit/cut-text";
import { say } from "#module-kit/say";
import { actorOf, type IdentityDeps, notSignedIn } from "#modules/identity/speaker";

const usage = "Use: !identity link <platform> <name>, !identity unlink <platform> or !identity status";

/** `!identity`: a code goes to the other account alone; nothing here ever shows one. */
export async function identity(
  invocation: Invocation,
  deps: IdentityDeps,
): Promise<Outcome<ModuleResultInput>> {
  const [word = "", platform = ""] = invocation.args.map((arg) => arg.toLowerCase());
  const { event } = invocation;
  if (word !== "link" && word !== "unlink" && word !== "status")
    return refuse("bad_request", { message: usage });
  const userId = await deps.people.personOf(event.platform, event.user.id);
  if (userId === undefined) return refuse("forbidden", { message: notSignedIn });
  if (word === "status") return status(userId, deps);
  const known = platformName.safeParse(platform);
  if (!known.success) return refuse("bad_request", { message: usage });
  return word === "link"
    ? link(invocation, { userId, platform: known.data }, deps)
    : unlink(invocation, { userId, platform: known.data }, deps);
}

interface Place {
  userId: number;
  platform: string;
}

async function link(
  invocation: Invocation,
  { userId, platform }: Place,
  { people }: IdentityDeps,
): Promise<Outcome<ModuleResultInput>> {
  const { event, user } = invocation;
  const named = invocation.argsText.trim().split(/\s+/).slice(2).join(" ").slice(0, 100);
  if (platform === event.platform)
    return refuse("bad_request", { message: `You are on ${platform} already. Name another platform.` });
  if (!isWhisperPlatform(platform))
    return refuse("bad_request", {
      message: `I cannot write to you alone on ${platform}. Sign in to the hub, open Profile and link the account there by signing in with it.`,
    });
  if (named === "") return refuse("bad_request", { message: usage });
  const found = await people.find(platform, named);
  if (found === undefined)
    return refuse("not_found", {
      message: `I have not seen anybody of that name on ${platform}. Write a line there first, or give the id.`,
    });
  if (found === "many")
    return refuse("conflict", {
      message: `Several people on ${platform} had that name. Give the id instead.`,
    });
  const askedBy = `${cutText(cleanText(user.name), 40) || "Somebody"} (on ${event.platform})`;
  const outcome = await people.ask({ userId, askedBy, platform, ...found }, actorOf(invocation));
  return answer(outcome, platform);
}

function answer(asked: Asked, platform: WhisperPlatform): Outcome<ModuleResultInput> {
  switch (asked.kind) {
    case "asked":
      return say(
        `I write a code to that account on ${platform}. Write !verify and the code there within 10 minutes.`,
      );
    case "wait":
      return refuse("cooldown", {
        message: `A code was asked for just now. Try again in ${asked.seconds} seconds.`,
        retryAfterMs: asked.seconds * 1000,
      });
    case "own":
      return refuse("conflict", { message: "That account is linked to you already." });
    case "taken":
      return refuse("conflict", { message: "That account is linked to somebody else." });
    case "too_often":
      return refuse("rate_limited", {
        message: `You asked for many codes on ${platform} today. Try again tomorrow.`,
      });
    case "unreachable":
      return refuse("not_found", {
        message: `I am nowhere on ${platform} where I could write to that account.`,
      });
  }
}

async function unlink(
  invocation: Invocation,
  { userId, platform }: Place,
  { people }: IdentityDeps,
): Promise<Outcome<ModuleResultInput>> {
  const theirs = (await people.accountsOf(userId)).filter((account) => account.platform === platform);
  const [account, second] = theirs;
  if (!account) return refuse("not_found", { message: `No account on ${platform} is linked to you.` });
  if (second)
    return refuse("conflict", {
      message: `Several of your accounts are on ${platform}. Choose in the hub which one.`,
    });
  const outcome = await people.unlink({ userId, id: account.id }, actorOf(invocation));
  if (outcome === "last")
    return refuse("conflict", { message: "That is your only way left to sign in, so it stays." });
  return say(`Your account on ${platform} is no longer linked.`);
}

async function status(userId: number, { people }: IdentityDeps): Promise<Outcome<ModuleResultInput>> {
  const [accounts, open] = await Promise.all([people.accountsOf(userId), people.openWishes(userId)]);
  const waiting = open.length > 0 ? ` A code waits on ${[...new Set(open)].sort().join(", ")}.` : "";
  return say(
    `${accounts.length} ${accounts.length === 1 ? "account is" : "accounts are"} linked to you.${waiting}`,
  );
}
