import * as z from "zod";

/**
 * How far a sign-in has come. `code`: the second factor is still asked for. `password`: a given password opened it, and
 * nothing but choosing another is allowed.
 */
export const sessionStage = z.enum(["full", "code", "password"]);
export type SessionStage = z.infer<typeof sessionStage>;

/** What a session remembers: small and ASCII, because itty-durable carries it in a header. Times are epoch milliseconds. */
export const sessionState = z.object({
  userId: z.int().positive(),
  stage: sessionStage,
  /** When it was last used, within {@link usedGrainMs}. */
  usedAt: z.int(),
  /** When it ends, however much it is used. */
  endsAt: z.int(),
});
export type SessionState = z.infer<typeof sessionState>;

/** Unused for so long, it is over (50-admin §1.43: a login lives 3,600 s). */
export const idleMs = 3_600_000;
/** However much it is used. */
export const longestMs = 86_400_000;
/** Using it writes at most this often. */
export const usedGrainMs = 60_000;

export function isLive({ usedAt, endsAt }: SessionState, now: number): boolean {
  return now < endsAt && now < usedAt + idleMs;
}

/** The same session, used now; undefined where that is not worth a write. */
export function use(state: SessionState, now: number): SessionState | undefined {
  return now - state.usedAt < usedGrainMs ? undefined : { ...state, usedAt: now };
}
