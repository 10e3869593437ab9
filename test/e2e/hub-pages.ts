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
  { name: "not-found", path: "/nowhere", ready: '[data-testid="not-found"]', isOpen: true },
  { name: "overview", path: "/c/demo" },
  { name: "welcome", path: "/welcome" },
  { name: "start", path: "/c/demo/start" },
  { name: "connections", path: "/c/demo/connections" },
];
