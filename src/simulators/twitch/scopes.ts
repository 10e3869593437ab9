/** What each demo account has consented to; tests that need less issue their own tokens. */
export const botScopes: readonly string[] = [
  "user:bot",
  "user:read:chat",
  "user:write:chat",
  "user:read:moderated_channels",
  "user:manage:whispers",
  "moderator:read:followers",
  "moderator:manage:announcements",
  "moderator:manage:shoutouts",
  "moderator:manage:banned_users",
  "moderator:manage:chat_messages",
  "clips:edit",
];
export const ownerScopes: readonly string[] = [
  "channel:bot",
  "channel:read:subscriptions",
  "bits:read",
  "channel:moderate",
  "channel:manage:moderators",
  "channel:manage:vips",
  "channel:manage:broadcast",
  "channel:manage:raids",
  "channel:manage:polls",
  "channel:manage:predictions",
];

/** Who consented to what; EventSub asks it before it takes a subscription. */
export interface Consents {
  has(userId: string, scope: string): boolean;
  give(userId: string, scopes: readonly string[]): void;
  withdraw(userId: string): void;
}

export function makeConsents(initial: readonly (readonly [string, readonly string[]])[]): Consents {
  const given = new Map(initial.map(([userId, scopes]) => [userId, new Set(scopes)]));
  return {
    has: (userId, scope) => given.get(userId)?.has(scope) ?? false,
    give(userId, scopes) {
      given.set(userId, new Set([...(given.get(userId) ?? []), ...scopes]));
    },
    withdraw: (userId) => void given.delete(userId),
  };
}
