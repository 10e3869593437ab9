import type { Role } from "#contracts/role";

/** One demo person with an account on every simulated platform. */
export interface Viewer {
  /** What tests and the rehearsal page call them. */
  id: string;
  name: string;
  login: string;
  role: Extract<Role, "owner" | "moderator" | "member">;
  twitchId: string;
  slackId: string;
  discordId: string;
}

/** The broadcaster, a moderator and three who just watch. Ids never change: stored points and roles hang on them. */
export const viewers: readonly Viewer[] = [
  {
    id: "pia",
    name: "Pia",
    login: "pia_plays",
    role: "owner",
    twitchId: "710000001",
    slackId: "U0PIA00001",
    discordId: "710000000000000001",
  },
  {
    id: "mo",
    name: "Mo",
    login: "mo_moderates",
    role: "moderator",
    twitchId: "710000002",
    slackId: "U0MO000002",
    discordId: "710000000000000002",
  },
  {
    id: "ada",
    name: "Ada",
    login: "ada_l",
    role: "member",
    twitchId: "710000003",
    slackId: "U0ADA00003",
    discordId: "710000000000000003",
  },
  {
    id: "bob",
    name: "Bob",
    login: "bob_the_builder",
    role: "member",
    twitchId: "710000004",
    slackId: "U0BOB00004",
    discordId: "710000000000000004",
  },
  {
    id: "zoe",
    name: "Zoë",
    login: "zoe_ok",
    role: "member",
    twitchId: "710000005",
    slackId: "U0ZOE00005",
    discordId: "710000000000000005",
  },
];

/** Throws for an id nobody has: a typing mistake in a test should not pass as a stranger. */
export function requireViewer(id: string): Viewer {
  const viewer = viewers.find((candidate) => candidate.id === id);
  if (!viewer) throw new Error(`no demo viewer is called "${id}"`);
  return viewer;
}
