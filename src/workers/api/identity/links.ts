import type { Context } from "hono";
import { linkAccount, listIdentities } from "#db/account-links";
import { openDatabase } from "#db/client";
import {
  type Asked,
  askForLink,
  checkLinkCode,
  findAccount,
  type LinkWish,
  listWishes,
  wishedAccount,
} from "#db/link-codes";
import { deliverCodes } from "#durable-objects/channel/deliver-codes";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import * as routesOf from "#workers/api/identity/link-routes";
import { personOf } from "#workers/api/identity/person-of";
import type { makeRoutes } from "#workers/api/make-routes";
import { created, failure, success } from "#workers/shared/envelope";

const noCode = "There is no code for that account, or its time is over. Ask for a new one.";
const unseen = "Nobody of that name was seen on that platform. Write a line there first, or give the id.";

/** Linking an account by a code that is written to it (80-details §2.5): the weaker proof, for whoever cannot sign in with it here. */
export function addLinkRoutes(routes: ReturnType<typeof makeRoutes>): void {
  routes.openapi(routesOf.ask, async (c) => {
    const { platform, account } = c.req.valid("json");
    const found = await findAccount(openDatabase(c.env), platform, account);
    if (found === undefined) return failure(c, 404, unseen);
    if (found === "many") return failure(c, 409, "Several people had that name. Give the id instead.");
    return ask(c, { userId: personOf(c), askedBy: nameOf(c), platform, ...found });
  });

  routes.openapi(routesOf.resend, async (c) => {
    const { platform } = c.req.valid("json");
    const before = await wishedAccount(openDatabase(c.env), personOf(c), platform);
    if (!before) return failure(c, 404, "No code was asked for there.");
    return ask(c, { userId: personOf(c), askedBy: nameOf(c), platform, ...before });
  });

  routes.openapi(routesOf.verify, async (c) => {
    const { platform, code } = c.req.valid("json");
    const db = openDatabase(c.env);
    const userId = personOf(c);
    const checked = await checkLinkCode(db, { platform, typed: code, userId });
    if (checked.kind === "none") return failure(c, 404, noCode);
    if (checked.kind === "wrong") {
      const message = checked.left > 0 ? `That is not the code. ${checked.left} tries are left.` : noCode;
      return failure(c, 400, message, [{ field: "code", message }]);
    }
    const account = await wishedAccount(db, userId, platform);
    if (!account) return failure(c, 404, noCode);
    const linked = await linkAccount(
      db,
      { userId, platform, ...account, method: "code" },
      await auditActor(c),
    );
    if (linked === "taken") return failure(c, 409, "That account is linked to somebody else.");
    return success(c, { identities: await listIdentities(db, userId) });
  });

  routes.openapi(routesOf.pending, async (c) =>
    success(c, { pending: await listWishes(openDatabase(c.env), personOf(c)) }),
  );
}

async function ask(c: Context<ApiBindings>, wish: LinkWish) {
  const asked = await askForLink(openDatabase(c.env), wish, await auditActor(c));
  if (asked.kind !== "asked") return refuseAsked(c, asked);
  await deliverCodes(openDatabase(c.env), c.env.SENDER);
  return created(c, { asked: true as const });
}

function refuseAsked(c: Context<ApiBindings>, asked: Exclude<Asked, { kind: "asked" }>) {
  switch (asked.kind) {
    case "wait":
      c.header("retry-after", String(asked.seconds));
      return failure(c, 429, `A code was asked for just now. Try again in ${asked.seconds} seconds.`);
    case "too_often":
      return failure(c, 429, "You asked for many codes there today. Try again tomorrow.");
    case "own":
      return failure(c, 409, "That account is linked to you already.");
    case "taken":
      return failure(c, 409, "That account is linked to somebody else.");
    case "unreachable":
      return failure(c, 404, "The bot is nowhere on that platform where it could write to that account.");
  }
}

const nameOf = (c: Context<ApiBindings>) =>
  `${c.var.session?.person.displayName.slice(0, 40) || "Somebody"} (in the hub)`;
