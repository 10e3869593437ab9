/** A page of the hub, for the test that walks all of them. */
export interface HubPage {
  /** Names the pictures. */
  name: string;
  path: string;
  /** There when the page is; a CSS selector. Without one: its heading, and nothing on its way. */
  ready?: string;
  /** Seen without signing in. */
  isOpen?: true;
}

/** Every page. A feature adds its own here; a test compares the list with the hub's routes. */
export const hubPages: readonly HubPage[] = [
  { name: "rehearsal", path: "/rehearsal", ready: '[data-testid="input-twitch"]', isOpen: true },
  { name: "sign-in", path: "/sign-in", isOpen: true },
  { name: "register", path: "/sign-in/register", isOpen: true },
  { name: "forgotten", path: "/sign-in/forgotten", isOpen: true },
  { name: "verify", path: "/sign-in/verify", isOpen: true },
  { name: "reset", path: "/sign-in/reset", isOpen: true },
  { name: "security", path: "/security" },
  { name: "not-found", path: "/nowhere", ready: '[data-testid="not-found"]', isOpen: true },
  { name: "overview", path: "/c/demo" },
  { name: "welcome", path: "/welcome" },
  { name: "start", path: "/c/demo/start" },
  { name: "connections", path: "/c/demo/connections" },
  { name: "networks", path: "/c/demo/connections/irc" },
  { name: "overlays", path: "/c/demo/overlays" },
  { name: "activity", path: "/c/demo/activity" },
  { name: "chat", path: "/c/demo/chat" },
  { name: "leaderboard", path: "/c/demo/leaderboard" },
  { name: "keys", path: "/c/demo/keys" },
  { name: "dead-letters", path: "/c/demo/dead-letters" },
  { name: "audit", path: "/c/demo/audit" },
  { name: "my-communities", path: "/communities" },
  { name: "profile", path: "/profile" },
  { name: "house-communities", path: "/house/communities" },
  { name: "house-users", path: "/house/users" },
  { name: "house-platforms", path: "/house/platforms" },
  { name: "house-services", path: "/house/services" },
  { name: "house-broker", path: "/house/broker" },
  { name: "house-audit", path: "/house/audit" },
  { name: "commands", path: "/c/demo/commands" },
  { name: "rules", path: "/c/demo/rules" },
  { name: "timers", path: "/c/demo/timers" },
  { name: "modules", path: "/c/demo/modules" },
  { name: "members", path: "/c/demo/members" },
  { name: "community", path: "/c/demo/community" },
  { name: "history", path: "/c/demo/history" },
];
