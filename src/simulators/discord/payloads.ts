import { demoIds } from "#simulators/demo";
import type { Viewer } from "#simulators/viewers";

/** What every interaction carries besides its own data. */
export interface InteractionBase {
  id: string;
  token: string;
  applicationId: string;
  channelId: string;
  viewer: Viewer;
}

export interface CommandOption {
  name: string;
  /** 3 string, 4 integer, 5 boolean, 6 user. */
  type: 3 | 4 | 5 | 6;
  value: string | number | boolean;
  /** The option being typed, in an autocomplete. */
  focused?: boolean;
}

export const interactionTypes = {
  ping: 1,
  command: 2,
  component: 3,
  autocomplete: 4,
  modalSubmit: 5,
} as const;

export function pingInteraction(id: string, applicationId: string) {
  return { id, application_id: applicationId, type: interactionTypes.ping, token: `ping-${id}`, version: 1 };
}

export function commandInteraction(
  base: InteractionBase,
  command: { id: string; name: string; options: CommandOption[] },
) {
  return { ...envelope(base, interactionTypes.command), data: { ...command, type: 1 } };
}

export function autocompleteInteraction(
  base: InteractionBase,
  command: { id: string; name: string; options: CommandOption[] },
) {
  return { ...envelope(base, interactionTypes.autocomplete), data: { ...command, type: 1 } };
}

/** A click (component type 2) or, with values, a choice from a select menu (3). */
export function componentInteraction(base: InteractionBase, customId: string, values?: string[]) {
  const kind = values === undefined ? { component_type: 2 } : { component_type: 3, values };
  const message = {
    id: base.id,
    type: 0,
    channel_id: base.channelId,
    content: "",
    author: { id: base.applicationId, username: "WaddleBot", discriminator: "0000", bot: true },
  };
  return { ...envelope(base, interactionTypes.component), message, data: { custom_id: customId, ...kind } };
}

/** A form that was filled in: one text input in each row. */
export function modalInteraction(base: InteractionBase, customId: string, fields: Record<string, string>) {
  const components = Object.entries(fields).map(([name, value]) => ({
    type: 1,
    components: [{ type: 4, custom_id: name, value }],
  }));
  return { ...envelope(base, interactionTypes.modalSubmit), data: { custom_id: customId, components } };
}

function envelope({ id, token, applicationId, channelId, viewer }: InteractionBase, type: number) {
  return {
    id,
    application_id: applicationId,
    type,
    token,
    version: 1,
    guild_id: demoIds.discordGuildId,
    guild: { id: demoIds.discordGuildId, locale: "en-US", features: [] },
    channel_id: channelId,
    channel: { id: channelId, type: 0, name: "lounge", guild_id: demoIds.discordGuildId },
    member: memberOf(viewer),
    locale: "en-GB",
    guild_locale: "en-US",
    app_permissions: "2147485696",
    entitlements: [],
    authorizing_integration_owners: { "0": demoIds.discordGuildId },
    context: 0,
  };
}

function memberOf(viewer: Viewer) {
  return {
    user: {
      id: viewer.discordId,
      username: viewer.login,
      global_name: viewer.name,
      discriminator: "0",
      avatar: null,
      public_flags: 0,
    },
    nick: null,
    avatar: null,
    roles: [],
    joined_at: "2024-01-01T00:00:00.000000+00:00",
    deaf: false,
    mute: false,
    pending: false,
    flags: 0,
    permissions: permissionsOf(viewer.role),
  };
}

const permissionBits = {
  administrator: 1n << 3n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  manageMessages: 1n << 13n,
  useApplicationCommands: 1n << 31n,
  moderateMembers: 1n << 40n,
};

/** The permission set of this member in this channel, as Discord computes and signs it. */
function permissionsOf(role: Viewer["role"]): string {
  const {
    administrator,
    viewChannel,
    sendMessages,
    manageMessages,
    useApplicationCommands,
    moderateMembers,
  } = permissionBits;
  const member = viewChannel | sendMessages | useApplicationCommands;
  if (role === "owner") return String(member | manageMessages | moderateMembers | administrator);
  return String(role === "moderator" ? member | manageMessages | moderateMembers : member);
}
