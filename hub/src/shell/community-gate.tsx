import { Navigate, Outlet, useLocation, useMatches, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { isEnough } from "#hub/session/session.ts";
import { CommunityContext, useSession } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Notice } from "#hub/ui/notice.tsx";
import { rememberCommunity } from "./current-community.ts";
import { WaitingPage } from "./waiting-page.tsx";

/** Lets members into their community's pages, and each into those their role opens. The server decides again. */
export function CommunityGate() {
  const session = useSession();
  const { slug } = useParams({ strict: false });
  const location = useLocation();
  const { noCommunity, noRight } = useTexts();
  const needs = useMatches().at(-1)?.staticData.navigation?.needs;
  const community = session?.communities.find((one) => one.slug === slug);

  useEffect(() => {
    if (community) rememberCommunity(community.slug);
  }, [community]);

  if (session === undefined) return <WaitingPage />;
  if (session === null) return <Navigate to="/sign-in" search={{ return: location.href }} replace />;
  if (!community) return <Notice title={noCommunity.title} text={noCommunity.text} testId="no-community" />;
  if (needs && !isEnough(community.role, needs, session.user.isSuperAdmin))
    return <Notice title={noRight.title} text={noRight.text} testId="no-right" />;
  return (
    <CommunityContext value={community}>
      <Outlet />
    </CommunityContext>
  );
}
