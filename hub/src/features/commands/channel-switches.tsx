import { Switch } from "@mantine/core";
import { useApi, useChange } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import styles from "./page.module.css";
import type { Command } from "./page.tsx";
import { type Channel, nameOfChannel, useChannels } from "./use-channels.ts";

/** A command on or off in each of the community's channels. */
export function ChannelSwitches({ command }: { command: Command }) {
  const { commands: texts } = useTexts();
  const channels = useChannels();
  if (channels.length === 0) return null;
  return (
    <section className={styles.part}>
      <h3>{texts.channels}</h3>
      <p className={styles.hint}>{texts.channelsHint}</p>
      <div className={styles.fields}>
        {channels.map((channel) => (
          <ChannelSwitch key={channel.entity_id} channel={channel} command={command} />
        ))}
      </div>
    </section>
  );
}

function ChannelSwitch({ channel, command }: { channel: Channel; command: Command }) {
  const { entity_id } = channel;
  const here = useApi("GET /api/v1/router/commands", {
    query: { entity_id, enabled_only: "false", limit: 1000 },
  });
  const change = useChange("PUT /api/v1/router/commands/{id}/permissions", {
    refreshes: ["GET /api/v1/router/commands"],
  });
  const isOn = here.data?.commands.find(({ id }) => id === command.id)?.is_enabled ?? false;
  return (
    <Switch
      label={nameOfChannel(channel)}
      checked={isOn}
      disabled={here.isPending || change.isPending}
      onChange={(event) =>
        change.mutate({
          params: { id: command.id },
          body: { entity_id, is_enabled: event.currentTarget.checked },
        })
      }
    />
  );
}
