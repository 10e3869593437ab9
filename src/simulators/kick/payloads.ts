import type { Viewer } from "#simulators/viewers";

/** An account as Kick's payloads show it. Ids are numbers there. */
export interface Account {
  id: string;
  name: string;
  slug: string;
}

export const slugOf = ({ login }: Viewer) => login.replaceAll("_", "-");

const account = ({ id, name, slug }: Account) => ({
  is_anonymous: false,
  user_id: Number(id),
  username: name,
  is_verified: false,
  profile_picture: `https://files.kick.example/${id}.webp`,
  channel_slug: slug,
});

const badgeOf: Readonly<Record<Viewer["role"], { text: string; type: string }[]>> = {
  owner: [{ text: "Broadcaster", type: "broadcaster" }],
  moderator: [{ text: "Moderator", type: "moderator" }],
  member: [],
};

/** `chat.message.sent` v1. */
export function chatMessage(facts: {
  broadcaster: Account;
  sender: Account;
  role: Viewer["role"];
  messageId: string;
  text: string;
  at: string;
}) {
  const { broadcaster, sender, role, messageId, text, at } = facts;
  return {
    message_id: messageId,
    replies_to: null,
    broadcaster: { ...account(broadcaster), identity: null },
    sender: { ...account(sender), identity: { username_color: "#00FF7F", badges: badgeOf[role] } },
    content: text,
    emotes: [],
    created_at: at,
  };
}

/** `channel.followed` v1. */
export function followed(broadcaster: Account, follower: Account) {
  return {
    broadcaster: { ...account(broadcaster), identity: null },
    follower: { ...account(follower), identity: null },
  };
}
