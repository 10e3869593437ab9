import { useParams } from "@tanstack/react-router";
import type { Membership, Session } from "#hub/session/session.ts";
import { readStored, writeStored } from "#hub/ui/stored.ts";

/** The community of the address; elsewhere the one looked at last, or the first. */
export function useCurrentCommunity(session: Session | null | undefined): Membership | undefined {
  const { slug } = useParams({ strict: false });
  return pickCommunity(session, slug ?? readStored("community"));
}

export function pickCommunity(
  session: Session | null | undefined,
  slug: string | undefined,
): Membership | undefined {
  const communities = session?.communities ?? [];
  return communities.find((one) => one.slug === slug) ?? communities[0];
}

export function rememberCommunity(slug: string): void {
  writeStored("community", slug);
}
