import { createRootRoute, createRoute } from "@tanstack/react-router";
import { CommunityGate } from "./community-gate.tsx";
import { NotFoundPage } from "./not-found-page.tsx";
import { Shell } from "./shell.tsx";
import { SignedInGate } from "./signed-in-gate.tsx";

export const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage });

/** Parent of pages for who is signed in, outside of a community. */
export const signedIn = createRoute({ getParentRoute: () => root, id: "signed-in", component: SignedInGate });

/** Parent of a community's pages. */
export const community = createRoute({
  getParentRoute: () => root,
  path: "/c/$slug",
  component: CommunityGate,
});
