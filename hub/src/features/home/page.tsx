import { Navigate } from "@tanstack/react-router";
import { RehearsalPage } from "#hub/features/rehearsal/page.tsx";
import { useSession } from "#hub/session/use-session.ts";
import { pickCommunity } from "#hub/shell/current-community.ts";
import { WaitingPage } from "#hub/shell/waiting-page.tsx";
import { readStored } from "#hub/ui/stored.ts";

/** The first page: for visitors a try without signing in, for members their community. */
export function HomePage() {
  const session = useSession();
  if (session === undefined) return <WaitingPage />;
  const community = pickCommunity(session, readStored("community"));
  if (community) return <Navigate to="/c/$slug" params={{ slug: community.slug }} replace />;
  if (session) return <Navigate to="/welcome" replace />;
  return <RehearsalPage />;
}
