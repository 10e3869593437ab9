import type { ConfigKind } from "#contracts/config-version";
import type { Permission } from "#router/permissions";

/** What it takes to change each kind of configuration, by whichever route; taking a change back takes the same. */
export const configPermissions = {
  command: "commands.admin",
  command_switch: "commands.admin",
  string_rule: "commands.moderate",
  timer: "commands.moderate",
  module: "community.install_modules",
  outgoing_webhook: "community.manage_settings",
  community: "community.manage_settings",
} as const satisfies Record<ConfigKind, Permission>;
