import type { OverlayDesk } from "#contracts/overlay";
import { timedOut, within } from "#lib/within";

const answerWithinMs = 4000;

/** The overlay object did not answer: the caller is told to try again, and nothing was promised. */
export class OverlayAway extends Error {}

/** One question to a community's overlay object. Fails closed: an address is over only once its pages are. */
export async function askOverlay<T>(
  env: Pick<ApiEnv, "OVERLAY">,
  communityId: number,
  ask: (desk: OverlayDesk) => Promise<T>,
): Promise<T> {
  const desk: OverlayDesk = env.OVERLAY.get(env.OVERLAY.idFromName(String(communityId)));
  let answer: T | typeof timedOut;
  try {
    answer = await within(ask(desk), answerWithinMs);
  } catch (cause) {
    throw new OverlayAway("the overlay failed", { cause });
  }
  if (answer === timedOut) throw new OverlayAway("the overlay did not answer in time");
  return answer;
}
