const names: Record<string, string> = {
  twitch: "Twitch",
  discord: "Discord",
  slack: "Slack",
  youtube: "YouTube",
  kick: "Kick",
  irc: "IRC",
};

/** A platform as it writes itself; one we do not know yet keeps its own word. */
export function platformName(platform: string): string {
  return names[platform] ?? platform;
}
