import type { OAuthProvider } from "#contracts/oauth";

/**
 * What is asked for, and nothing beside it (Twitch, "Access token scopes"). The bot's rights work in channels where it
 * is moderator; the owner gives what only the broadcaster may do or show.
 */
export const scopes: OAuthProvider["scopes"] = {
  bot: [
    { scope: "user:bot", why: "to be in chat as a bot" },
    { scope: "user:read:chat", why: "to read chat" },
    { scope: "user:write:chat", why: "to speak in chat" },
    { scope: "user:read:moderated_channels", why: "to know where it is moderator and may speak more" },
    { scope: "user:manage:whispers", why: "to whisper" },
    { scope: "moderator:read:followers", why: "to see new followers where it is moderator" },
    { scope: "moderator:manage:announcements", why: "to make announcements" },
    { scope: "moderator:manage:shoutouts", why: "to give shoutouts" },
    { scope: "moderator:manage:banned_users", why: "to time out, ban and unban" },
    { scope: "moderator:manage:chat_messages", why: "to delete messages" },
    { scope: "clips:edit", why: "to make clips" },
  ],
  owner: [
    { scope: "channel:bot", why: "to let the bot into the channel's chat" },
    { scope: "channel:read:subscriptions", why: "to see subscriptions and gifts" },
    { scope: "bits:read", why: "to see cheers" },
    { scope: "channel:moderate", why: "to see bans and timeouts" },
    { scope: "channel:manage:moderators", why: "to name and remove moderators" },
    { scope: "channel:manage:vips", why: "to name and remove VIPs" },
    { scope: "channel:manage:broadcast", why: "to change title and game, and to set markers" },
    { scope: "channel:manage:raids", why: "to start raids" },
    { scope: "channel:manage:polls", why: "to run polls" },
    { scope: "channel:manage:predictions", why: "to run predictions" },
  ],
};
