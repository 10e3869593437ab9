import { createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import * as z from "zod/mini";
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
  validateSearch: z.object({ return: z.catch(z.optional(z.string()), undefined) }),
  component: lazyRouteComponent(() => import("./features/sign-in/page.tsx"), "SignInPage"),
});

const signInStep = createRoute({
  getParentRoute: () => root,
  path: "/sign-in/$step",
  validateSearch: z.object({ return: z.catch(z.optional(z.string()), undefined) }),
  component: lazyRouteComponent(() => import("./features/sign-in/steps/page.tsx"), "SignInStepPage"),
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
const networks = createRoute({
  getParentRoute: () => community,
  path: "/connections/irc",
  component: lazyRouteComponent(() => import("./features/networks/page.tsx"), "NetworksPage"),
  staticData: {
    navigation: { group: "settings", label: (texts) => texts.networks.title, icon: "server", needs: "admin" },
  },
});
const commands = createRoute({
  getParentRoute: () => community,
  path: "/commands",
  component: lazyRouteComponent(() => import("./features/commands/page.tsx"), "CommandsPage"),
  staticData: {
    navigation: { group: "bot", label: (texts) => texts.commands.title, icon: "command", needs: "moderator" },
  },
});
const rules = createRoute({
  getParentRoute: () => community,
  path: "/rules",
  component: lazyRouteComponent(() => import("./features/rules/page.tsx"), "RulesPage"),
  staticData: {
    navigation: { group: "bot", label: (texts) => texts.rules.title, icon: "rule", needs: "moderator" },
  },
});
const timers = createRoute({
  getParentRoute: () => community,
  path: "/timers",
  component: lazyRouteComponent(() => import("./features/timers/page.tsx"), "TimersPage"),
  staticData: {
    navigation: { group: "bot", label: (texts) => texts.timers.title, icon: "clock", needs: "moderator" },
  },
});
const modules = createRoute({
  getParentRoute: () => community,
  path: "/modules",
  component: lazyRouteComponent(() => import("./features/modules/page.tsx"), "ModulesPage"),
  staticData: {
    navigation: { group: "bot", label: (texts) => texts.modules.title, icon: "puzzle", needs: "moderator" },
  },
});
const members = createRoute({
  getParentRoute: () => community,
  path: "/members",
  component: lazyRouteComponent(() => import("./features/members/page.tsx"), "MembersPage"),
  staticData: {
    navigation: {
      group: "people",
      label: (texts) => texts.members.title,
      icon: "people",
      needs: "moderator",
    },
  },
});
const profile = createRoute({
  getParentRoute: () => community,
  path: "/community",
  component: lazyRouteComponent(() => import("./features/community/page.tsx"), "CommunityPage"),
  staticData: {
    navigation: {
      group: "people",
      label: (texts) => texts.community.title,
      icon: "home",
      needs: "moderator",
    },
  },
});
const configurationHistory = createRoute({
  getParentRoute: () => community,
  path: "/history",
  component: lazyRouteComponent(() => import("./features/history/page.tsx"), "HistoryPage"),
  staticData: {
    navigation: {
      group: "settings",
      label: (texts) => texts.history.title,
      icon: "history",
      needs: "moderator",
    },
  },
});
const overlays = createRoute({
  getParentRoute: () => community,
  path: "/overlays",
  component: lazyRouteComponent(() => import("./features/overlays/page.tsx"), "OverlaysPage"),
  staticData: {
    navigation: {
      group: "live",
      label: (texts) => texts.overlays.title,
      icon: "overlay",
      needs: "moderator",
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
  signInStep,
  community.addChildren([
    overview,
    commands,
    rules,
    timers,
    modules,
    members,
    profile,
    connections,
    networks,
    overlays,
    start,
    configurationHistory,
    ...watchRoutes,
    ...memberRoutes,
  ]),
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
