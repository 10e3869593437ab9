import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { community, signedIn } from "./shell/parent-routes.tsx";

// The member's side.

const chat = createRoute({
  getParentRoute: () => community,
  path: "/chat",
  component: lazyRouteComponent(() => import("./features/chat/page.tsx"), "ChatPage"),
  staticData: {
    navigation: { group: "people", label: (texts) => texts.chat.title, icon: "chat", needs: "member" },
  },
});
const leaderboard = createRoute({
  getParentRoute: () => community,
  path: "/leaderboard",
  component: lazyRouteComponent(() => import("./features/leaderboard/page.tsx"), "LeaderboardPage"),
  staticData: {
    navigation: {
      group: "people",
      label: (texts) => texts.mine.leaderboard.title,
      icon: "trophy",
      needs: "member",
    },
  },
});
const myCommunities = createRoute({
  getParentRoute: () => signedIn,
  path: "/communities",
  component: lazyRouteComponent(() => import("./features/mine/communities-page.tsx"), "MyCommunitiesPage"),
  staticData: {
    navigation: { group: "you", label: (texts) => texts.mine.communities.title, icon: "home" },
  },
});

const profile = createRoute({
  getParentRoute: () => signedIn,
  path: "/profile",
  component: lazyRouteComponent(() => import("./features/profile/page.tsx"), "ProfilePage"),
  staticData: {
    navigation: { group: "you", label: (texts) => texts.mine.profile, icon: "people" },
  },
});

const security = createRoute({
  getParentRoute: () => signedIn,
  path: "/security",
  component: lazyRouteComponent(() => import("./features/security/page.tsx"), "SecurityPage"),
  staticData: {
    navigation: { group: "you", label: (texts) => texts.security.title, icon: "shield" },
  },
});

export const memberRoutes = [chat, leaderboard] as const;
export const ownRoutes = [myCommunities, profile, security] as const;
