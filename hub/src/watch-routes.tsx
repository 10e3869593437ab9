import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { community } from "./shell/parent-routes.tsx";

// Pages for whoever looks after a community: what happens, what was changed, what was given up, who has keys.

const activity = createRoute({
  getParentRoute: () => community,
  path: "/activity",
  component: lazyRouteComponent(() => import("./features/activity/page.tsx"), "ActivityPage"),
  staticData: {
    navigation: {
      group: "live",
      label: (texts) => texts.activity.title,
      icon: "activity",
      needs: "moderator",
    },
  },
});
const deadLetters = createRoute({
  getParentRoute: () => community,
  path: "/dead-letters",
  component: lazyRouteComponent(() => import("./features/dead-letters/page.tsx"), "DeadLettersPage"),
  staticData: {
    navigation: {
      group: "settings",
      label: (texts) => texts.deadLetters.title,
      icon: "letter",
      needs: "moderator",
    },
  },
});
const audit = createRoute({
  getParentRoute: () => community,
  path: "/audit",
  component: lazyRouteComponent(() => import("./features/audit/page.tsx"), "AuditPage"),
  staticData: {
    navigation: { group: "settings", label: (texts) => texts.audit.title, icon: "audit", needs: "admin" },
  },
});
const keys = createRoute({
  getParentRoute: () => community,
  path: "/keys",
  component: lazyRouteComponent(() => import("./features/keys/page.tsx"), "KeysPage"),
  staticData: {
    navigation: { group: "settings", label: (texts) => texts.keys.title, icon: "key", needs: "admin" },
  },
});

export const watchRoutes = [activity, deadLetters, audit, keys] as const;
