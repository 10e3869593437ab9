import { useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { type Membership, type Session, sessionQuery } from "./session.ts";

/** Who is signed in: undefined while it is asked, null when nobody is (or nobody could be asked). */
export function useSession(): Session | null | undefined {
  const { data, isError } = useQuery(sessionQuery);
  return isError ? null : data;
}

export const CommunityContext = createContext<Membership | undefined>(undefined);

/** The community of the address. Only for pages under `/c/{slug}`, which are shown to its members alone. */
export function useCommunity(): Membership {
  const community = useContext(CommunityContext);
  if (community === undefined) throw new Error("useCommunity outside of a community's page");
  return community;
}
