import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import * as z from "zod";
import { useChange } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { ConfirmButton } from "#hub/ui/confirm-button.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { fieldErrors, useSchemaForm } from "#hub/ui/form.ts";
import { Loaded } from "#hub/ui/loaded.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { platformName } from "#hub/ui/platform-name.ts";
import { StatusMark } from "#hub/ui/status-mark.tsx";
import styles from "./page.module.css";
import { useChannels } from "./queries.ts";

const channelsRoute = "GET /api/v1/communities/{community_id}/platforms";

/** The channels the bot is in, each with its last sign of life; bring one in, let one go. */
export function ChannelsPanel({ communityId }: { communityId: number }) {
  const { connections: texts } = useTexts();
  const channels = useChannels(communityId);
  const detach = useChange("DELETE /api/v1/communities/{community_id}/platforms/{platform}/{entity_id}", {
    refreshes: [channelsRoute],
    done: ({ entity_id }) => texts.detached(entity_id),
  });
  return (
    <Panel title={texts.channels} lead={texts.channelsLead} testId="channels">
      <Loaded query={channels}>
        {(data) =>
          data.channels.length === 0 ? (
            <EmptyState title={texts.noChannels} text={texts.noChannelsText} />
          ) : (
            <ul className={styles.accounts}>
              {data.channels.map(({ entity_id, platform, is_active, last_activity }) => (
                <li key={entity_id} className={styles.account}>
                  <div className={styles.words}>
                    <StatusMark tone={is_active ? "good" : "idle"}>
                      {`${platformName(platform)} ${entity_id.slice(platform.length + 1)}: ${is_active ? texts.listening : texts.resting}`}
                    </StatusMark>
                    <p className={styles.small}>
                      {texts.lastActivity}: <Moment at={last_activity} />
                    </p>
                  </div>
                  <ConfirmButton
                    label={texts.detach}
                    question={texts.detachQuestion(entity_id)}
                    confirm={texts.detach}
                    isBusy={detach.isPending}
                    onConfirm={() =>
                      detach.mutateAsync({ params: { community_id: communityId, platform, entity_id } })
                    }
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <AttachForm communityId={communityId} />
    </Panel>
  );
}

const platforms = ["twitch", "discord", "slack", "youtube", "kick", "irc"] as const;

function AttachForm({ communityId }: { communityId: number }) {
  const { connections: texts, parts } = useTexts();
  const [platform, setPlatform] = useState<string>(platforms[0]);
  const schema = z.object({ server_id: z.string().trim().min(1, parts.required), channel: z.string() });
  const form = useSchemaForm(schema, { server_id: "", channel: "" });
  const attach = useChange("POST /api/v1/communities/{community_id}/platforms/{platform}", {
    refreshes: [channelsRoute],
    done: ({ channel }) => texts.attached(channel.entity_id),
    onDone: () => form.reset(),
  });
  const send = form.onSubmit(({ server_id, channel }) =>
    attach.mutate(
      {
        params: { community_id: communityId, platform },
        body: { server_id: server_id.trim(), channel: channel.trim() || undefined },
      },
      { onError: (error) => form.setErrors(fieldErrors(error)) },
    ),
  );
  return (
    <form className={styles.form} onSubmit={send}>
      <NativeSelect
        label={texts.platform}
        value={platform}
        data={platforms.map((value) => ({ value, label: platformName(value) }))}
        onChange={({ currentTarget }) => setPlatform(currentTarget.value)}
      />
      <TextInput label={texts.serverId} {...form.getInputProps("server_id")} />
      <TextInput label={texts.inner} {...form.getInputProps("channel")} />
      <Button type="submit" variant="default" loading={attach.isPending}>
        {texts.attach}
      </Button>
      <p className={styles.small}>{texts.attachHint}</p>
    </form>
  );
}
