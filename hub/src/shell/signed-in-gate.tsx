import { Navigate, Outlet, useLocation, useMatches } from "@tanstack/react-router";
import { isEnough } from "#hub/session/session.ts";
import { useSession } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Notice } from "#hub/ui/notice.tsx";
import { WaitingPage } from "./waiting-page.tsx";

/** Pages for who is signed in, outside of any community: one's own, and those of the whole house. */
export function SignedInGate() {
  const session = useSession();
  const location = useLocation();
  const { noRight } = useTexts();
  const needs = useMatches().at(-1)?.staticData.navigation?.needs;
  if (session === undefined) return <WaitingPage />;
  if (session === null) return <Navigate to="/sign-in" search={{ return: location.href }} replace />;
  if (session.user.mustChangePassword)
    return <Navigate to="/sign-in/$step" params={{ step: "password" }} replace />;
  if (needs && !isEnough(undefined, needs, session.user.isSuperAdmin))
    return <Notice title={noRight.title} text={noRight.text} testId="no-right" />;
  return <Outlet />;
}
