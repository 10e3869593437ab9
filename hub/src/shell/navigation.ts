import type { AnyRoute } from "@tanstack/react-router";
import { isEnough, type Membership, type Need, type Session } from "#hub/session/session.ts";
import type { Texts } from "#hub/texts/en.ts";
import type { IconName } from "#hub/ui/icon.tsx";

export const navigationGroups = ["live", "bot", "people", "settings", "you", "house"] as const;

/** How a page stands in the menu and the command palette; part of its route, so that it is registered once. */
export interface NavigationEntry {
  group: (typeof navigationGroups)[number];
  label: (texts: Texts) => string;
  icon: IconName;
  /** The least that opens it. Pages outside of a community may leave it out: everybody signed in. */
  needs?: Need;
  /** Also for who is not signed in. */
  isOpen?: boolean;
}

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    navigation?: NavigationEntry;
  }
}

export interface Destination extends NavigationEntry {
  /** With the community's slug filled in. */
  href: string;
}

/** Every page this person may open now, in the order of the routes. */
export function destinationsFor(
  routes: readonly AnyRoute[],
  session: Session | null | undefined,
  community: Membership | undefined,
): Destination[] {
  return routes.flatMap(({ fullPath, options }) => {
    const navigation: NavigationEntry | undefined = options.staticData?.navigation;
    const path = String(fullPath).replace(/(.)\/$/, "$1");
    if (!navigation) return [];
    if (path.includes("$slug") && !community) return [];
    if (!session) return navigation.isOpen ? [{ ...navigation, href: path }] : [];
    const isAllowed =
      !navigation.needs || isEnough(community?.role, navigation.needs, session.user.isSuperAdmin);
    return isAllowed ? [{ ...navigation, href: path.replace("$slug", community?.slug ?? "") }] : [];
  });
}
