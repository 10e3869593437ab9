/** The member's side, in English: my communities, the leaderboard, the chat. */
export const mine = {
  profile: "Profile",
  communities: {
    title: "My communities",
    lead: "Where you belong, and as what.",
    open: "Open",
    chat: "Chat",
    leaderboard: "Leaderboard",
    emptyTitle: "You are in no community yet",
    emptyText: "Write in the chat of a channel that uses WaddleBot, or ask for an invitation.",
  },
  leaderboard: {
    title: "Leaderboard",
    lead: "Who has most, in this community.",
    by: "By",
    metrics: { points: "Points", score: "Reputation" },
    columns: { rank: "Place", name: "Name", value: "Value" },
    emptyTitle: "Nobody yet",
    emptyText: "Points come from writing, following, cheering. The first one stands here soon.",
  },
};

export const chat = {
  title: "Chat",
  lead: "Among members. What is written here stays in the hub and goes to no platform.",
  connecting: "Connecting …",
  lost: "The connection was lost. It comes back by itself; what you write then is sent.",
  connected: "Connected",
  input: "Message",
  placeholder: "Write to the others …",
  send: "Send",
  tooLong: (most: string) => `At most ${most} characters.`,
  typing: (name: string) => `${name} is writing …`,
  older: "Show older messages",
  you: "you",
  emptyTitle: "Quiet here",
  emptyText: "Say hello: the others read it as soon as they look in.",
};
