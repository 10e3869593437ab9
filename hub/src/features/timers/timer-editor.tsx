import {
  Button,
  Checkbox,
  Drawer,
  NumberInput,
  SegmentedControl,
  Select,
  Switch,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useChange } from "#hub/api/use-api.ts";
import { channelOptions, useChannels } from "#hub/features/commands/use-channels.ts";
import styles from "#hub/features/rules/page.module.css";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { ConfirmButton } from "#hub/ui/confirm-button.tsx";
import { fieldErrors } from "#hub/ui/form.ts";
import type { Timer } from "./page.tsx";

const refreshes = ["GET /api/v1/communities/{community_id}/timers"] as const;
const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** One timer: by an interval or by a cron line, never both. */
export function TimerEditor({ timer, onClose }: { timer: Timer | undefined; onClose: () => void }) {
  const { timers: texts, parts } = useTexts();
  const { id: communityId } = useCommunity();
  const channels = useChannels();
  const form = useForm({
    initialValues: {
      entity_id: timer?.entity_id ?? "",
      kind: timer?.cron ? "cron" : "interval",
      interval_seconds: (timer?.interval_seconds ?? 1800) / 60,
      cron: timer?.cron ?? "0 20 * * 5",
      timezone: timer?.timezone ?? here(),
      action: timer?.action ?? "message",
      payload: timer?.payload ?? "",
      min_lines_since_last: timer?.min_lines_since_last ?? 5,
      only_when_live: timer?.only_when_live ?? false,
      enabled: timer?.enabled ?? true,
    },
  });
  const done = { refreshes, done: parts.saved, onDone: onClose, isQuiet: true };
  const create = useChange("POST /api/v1/communities/{community_id}/timers", done);
  const update = useChange("PUT /api/v1/communities/{community_id}/timers/{timer_id}", done);
  const remove = useChange("DELETE /api/v1/communities/{community_id}/timers/{timer_id}", {
    refreshes,
    onDone: onClose,
  });
  const onError = (error: unknown) => form.setErrors(fieldErrors(error));
  const entityId = form.values.entity_id || (channels[0]?.entity_id ?? "");
  const save = form.onSubmit(({ kind, interval_seconds, cron, action, entity_id: _chosen, ...rest }) => {
    const isCron = kind === "cron";
    const body = {
      ...rest,
      action: action === "command" ? ("command" as const) : ("message" as const),
      cron: isCron ? cron : null,
      interval_seconds: isCron ? null : Math.round(Number(interval_seconds) * 60),
    };
    if (timer)
      return update.mutate({ params: { community_id: communityId, timer_id: timer.id }, body }, { onError });
    create.mutate(
      { params: { community_id: communityId }, body: { entity_id: entityId, ...body } },
      { onError },
    );
  });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={timer ? texts.editTitle : texts.add}
      closeButtonProps={{ "aria-label": parts.close }}
    >
      <form onSubmit={save} className={styles.fields} data-testid="timer-editor" noValidate>
        {!timer && (
          <Select
            label={texts.fields.channel}
            data={channelOptions(channels)}
            allowDeselect={false}
            {...form.getInputProps("entity_id")}
            value={entityId}
          />
        )}
        <SegmentedControl
          aria-label={texts.fields.kind}
          data={[
            { value: "interval", label: texts.kinds.interval },
            { value: "cron", label: texts.kinds.cron },
          ]}
          {...form.getInputProps("kind")}
        />
        {form.values.kind === "interval" ? (
          <NumberInput
            label={texts.fields.minutes}
            data-testid="field-minutes"
            {...form.getInputProps("interval_seconds")}
          />
        ) : (
          <div className={styles.pair}>
            <TextInput
              label={texts.fields.cron}
              description={texts.fields.cronHint}
              data-testid="field-cron"
              {...form.getInputProps("cron")}
            />
            <TextInput label={texts.fields.timezone} {...form.getInputProps("timezone")} />
          </div>
        )}
        <Select
          label={texts.fields.action}
          data={[
            { value: "message", label: texts.actions.message },
            { value: "command", label: texts.actions.command },
          ]}
          allowDeselect={false}
          {...form.getInputProps("action")}
        />
        <TextInput
          label={texts.fields.payload}
          data-testid="field-payload"
          {...form.getInputProps("payload")}
        />
        <NumberInput
          label={texts.fields.lines}
          allowDecimal={false}
          {...form.getInputProps("min_lines_since_last")}
        />
        <Checkbox label={texts.fields.live} {...form.getInputProps("only_when_live", { type: "checkbox" })} />
        <Switch label={texts.fields.enabled} {...form.getInputProps("enabled", { type: "checkbox" })} />
        <div className={styles.pair}>
          <Button type="submit" loading={create.isPending || update.isPending} data-testid="timer-save">
            {parts.save}
          </Button>
          {timer && (
            <ConfirmButton
              label={parts.remove}
              question={texts.removeQuestion}
              confirm={parts.remove}
              isBusy={remove.isPending}
              onConfirm={() =>
                remove.mutateAsync({ params: { community_id: communityId, timer_id: timer.id } })
              }
            />
          )}
        </div>
      </form>
    </Drawer>
  );
}
