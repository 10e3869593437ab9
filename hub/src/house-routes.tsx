import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedIn } from "./shell/parent-routes.tsx";

// The pages of whoever runs the whole house.

const houseCommunities = createRoute({
  getParentRoute: () => signedIn,
  path: "/house/communities",
  component: lazyRouteComponent(
    () => import("./features/house/communities-page.tsx"),
    "HouseCommunitiesPage",
  ),
  staticData: {
    navigation: {
      group: "house",
      label: (texts) => texts.house.communities.title,
      icon: "home",
      needs: "superAdmin",
    },
  },
});
const houseUsers = createRoute({
  getParentRoute: () => signedIn,
  path: "/house/users",
  component: lazyRouteComponent(() => import("./features/house/users-page.tsx"), "HouseUsersPage"),
  staticData: {
    navigation: {
      group: "house",
      label: (texts) => texts.house.users.title,
      icon: "people",
      needs: "superAdmin",
    },
  },
});
const housePlatforms = createRoute({
  getParentRoute: () => signedIn,
  path: "/house/platforms",
  component: lazyRouteComponent(() => import("./features/house/platforms-page.tsx"), "HousePlatformsPage"),
  staticData: {
    navigation: {
      group: "house",
      label: (texts) => texts.house.platforms.title,
      icon: "plug",
      needs: "superAdmin",
    },
  },
});
const houseServices = createRoute({
  getParentRoute: () => signedIn,
  path: "/house/services",
  component: lazyRouteComponent(() => import("./features/house/services-page.tsx"), "HouseServicesPage"),
  staticData: {
    navigation: {
      group: "house",
      label: (texts) => texts.house.services.title,
      icon: "server",
      needs: "superAdmin",
    },
  },
});
const houseBroker = createRoute({
  getParentRoute: () => signedIn,
  path: "/house/broker",
  component: lazyRouteComponent(() => import("./features/house/broker-page.tsx"), "HouseBrokerPage"),
  staticData: {
    navigation: {
      group: "house",
      label: (texts) => texts.house.broker.title,
      icon: "shield",
      needs: "superAdmin",
    },
  },
});
const houseAudit = createRoute({
  getParentRoute: () => signedIn,
  path: "/house/audit",
  component: lazyRouteComponent(() => import("./features/audit/page.tsx"), "HouseAuditPage"),
  staticData: {
    navigation: {
      group: "house",
      label: (texts) => texts.audit.title,
      icon: "audit",
      needs: "superAdmin",
    },
  },
});

export const houseRoutes = [
  houseCommunities,
  houseUsers,
  housePlatforms,
  houseServices,
  houseBroker,
  houseAudit,
] as const;
