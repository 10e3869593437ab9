import * as z from "zod";

/** Twitch's own id of an account, a game or another thing that is counted. */
export const userId = z.string().regex(/^\d{1,20}$/, "must be a Twitch id");
export const login = z
  .string()
  .regex(/^@?[A-Za-z0-9_]{1,25}$/, "must be a Twitch name")
  .transform((name) => name.replace(/^@/, "").toLowerCase());

/** Who is meant: by id, which never changes hands, or by name as somebody typed it. */
export const person = { userId: userId.optional(), login: login.optional() };
export const namesOne = ({ userId, login }: { userId?: string | undefined; login?: string | undefined }) =>
  (userId === undefined) !== (login === undefined);
export const oneOfBoth = { path: ["userId"], message: "give either userId or login" };

/** Text of people, shown by Twitch: one line, and not nothing. */
export const line = (longest: number) =>
  z
    .string()
    .transform((text) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim())
    .pipe(z.string().min(1).max(longest));

/** An id that Twitch made: of a message, a poll, an outcome. */
export const thingId = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, "must be an id");
