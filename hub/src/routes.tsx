import { createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import * as z from "zod";
import { houseRoutes } from "./house-routes.tsx";
import { memberRoutes, ownRoutes } from "./member-routes.tsx";
import { CrashNotice } from "./shell/crash-notice.tsx";
import { community, root, signedIn } from "./shell/parent-routes.tsx";
import { WaitingPage } from "./shell/waiting-page.tsx";
import { watchRoutes } from "./watch-routes.tsx";

// Every page of the hub: its address, its code (fetched when it is opened) and its place in the menu.

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
  community.addChildren([overview, connections, start, ...watchRoutes, ...memberRoutes]),
  signedIn.addChildren([welcome, ...ownRoutes, ...houseRoutes]),
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
