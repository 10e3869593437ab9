import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import * as z from "zod";
import { CommunityGate } from "./shell/community-gate.tsx";
import { CrashNotice } from "./shell/crash-notice.tsx";
import { NotFoundPage } from "./shell/not-found-page.tsx";
import { Shell } from "./shell/shell.tsx";
import { SignedInGate } from "./shell/signed-in-gate.tsx";
import { WaitingPage } from "./shell/waiting-page.tsx";

// Every page of the hub: its address, its code (fetched when it is opened) and its place in the menu.

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("./features/home/page.tsx"), "HomePage"),
});
const rehearsal = createRoute({
  getParentRoute: () => root,
  path: "/rehearsal",
  component: lazyRouteComponent(() => import("./features/rehearsal/page.tsx"), "RehearsalPage"),
  staticData: {
    navigation: { group: "live", label: (texts) => texts.shell.rehearsal, icon: "stage", isOpen: true },
  },
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: z.object({ return: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import("./features/sign-in/page.tsx"), "SignInPage"),
});

/** Parent of pages for who is signed in, outside of a community. */
const signedIn = createRoute({ getParentRoute: () => root, id: "signed-in", component: SignedInGate });

/** Parent of a community's pages. */
const community = createRoute({ getParentRoute: () => root, path: "/c/$slug", component: CommunityGate });

const overview = createRoute({
  getParentRoute: () => community,
  path: "/",
  component: lazyRouteComponent(() => import("./features/overview/page.tsx"), "OverviewPage"),
  staticData: {
    navigation: { group: "live", label: (texts) => texts.overview.title, icon: "pulse", needs: "member" },
  },
});

const connections = createRoute({
  getParentRoute: () => community,
  path: "/connections",
  component: lazyRouteComponent(() => import("./features/connections/page.tsx"), "ConnectionsPage"),
  staticData: {
    navigation: {
      group: "settings",
      label: (texts) => texts.connections.title,
      icon: "plug",
      needs: "admin",
    },
  },
});

const start = createRoute({
  getParentRoute: () => community,
  path: "/start",
  component: lazyRouteComponent(() => import("./features/start/page.tsx"), "StartPage"),
  staticData: {
    navigation: { group: "settings", label: (texts) => texts.start.title, icon: "flag", needs: "admin" },
  },
});
const welcome = createRoute({
  getParentRoute: () => signedIn,
  path: "/welcome",
  component: lazyRouteComponent(() => import("./features/start/welcome-page.tsx"), "WelcomePage"),
});

export const routeTree = root.addChildren([
  home,
  signIn,
  community.addChildren([overview, connections, start]),
  signedIn.addChildren([welcome]),
  rehearsal,
]);

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultErrorComponent: CrashNotice,
  defaultPendingComponent: WaitingPage,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
