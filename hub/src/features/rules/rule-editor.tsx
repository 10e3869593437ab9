import { Button, Checkbox, Drawer, MultiSelect, NumberInput, Select, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useChange } from "#hub/api/use-api.ts";
import { channelOptions, useChannels } from "#hub/features/commands/use-channels.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { fieldErrors } from "#hub/ui/form.ts";
import styles from "./page.module.css";
import { type Rule, ruleReads } from "./page.tsx";
import { actions, type Draft, draftOf, matchTypes, toBody } from "./rule-draft.ts";
import { RuleTester } from "./rule-tester.tsx";

interface Props {
  rule: Rule | undefined;
  onClose: () => void;
}

/** One rule, with a tester that asks it as it stands here. */
export function RuleEditor({ rule, onClose }: Props) {
  const { rules: texts, parts } = useTexts();
  const { id: communityId } = useCommunity();
  const channels = useChannels();
  const form = useForm<Draft>({ initialValues: draftOf(rule) });
  const done = { refreshes: ruleReads, done: parts.saved, onDone: onClose, isQuiet: true };
  const create = useChange("POST /api/v1/router/string-rules", done);
  const update = useChange("PUT /api/v1/router/string-rules/{id}", done);
  const onError = (error: unknown) => form.setErrors(fieldErrors(error));
  const save = form.onSubmit((values) => {
    const body = toBody(values);
    if (rule) return update.mutate({ params: { id: rule.id }, body }, { onError });
    create.mutate({ body: { community_id: communityId, ...body } }, { onError });
  });
  const { action } = form.values;
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={rule ? texts.editTitle : texts.add}
      closeButtonProps={{ "aria-label": parts.close }}
    >
      <form onSubmit={save} className={styles.fields} data-testid="rule-editor" noValidate>
        <TextInput label={texts.fields.string} data-testid="field-string" {...form.getInputProps("string")} />
        <div className={styles.pair}>
          <Select
            label={texts.fields.match}
            data={matchTypes.map((value) => ({ value, label: texts.matches[value] }))}
            allowDeselect={false}
            {...form.getInputProps("match_type")}
          />
          <Select
            label={texts.fields.action}
            data={actions.map((value) => ({ value, label: texts.actions[value] }))}
            allowDeselect={false}
            {...form.getInputProps("action")}
          />
        </div>
        {action === "warn" && (
          <TextInput label={texts.fields.warning} {...form.getInputProps("warning_message")} />
        )}
        {action === "block" && (
          <TextInput label={texts.fields.block} {...form.getInputProps("block_message")} />
        )}
        {action === "command" && (
          <div className={styles.pair}>
            <TextInput label={texts.fields.command} {...form.getInputProps("command_to_execute")} />
            <TextInput label={texts.fields.parameters} {...form.getInputProps("command_parameters")} />
          </div>
        )}
        {action === "webhook" && (
          <TextInput label={texts.fields.webhook} {...form.getInputProps("webhook_url")} />
        )}
        <MultiSelect
          label={texts.fields.channels}
          data={channelOptions(channels)}
          {...form.getInputProps("enabled_entity_ids")}
        />
        <NumberInput
          label={texts.fields.priority}
          allowDecimal={false}
          data-testid="field-priority"
          {...form.getInputProps("priority")}
        />
        <Checkbox
          label={texts.fields.caseSensitive}
          {...form.getInputProps("case_sensitive", { type: "checkbox" })}
        />
        <Checkbox
          label={texts.fields.fold}
          {...form.getInputProps("fold_look_alikes", { type: "checkbox" })}
        />
        <Switch label={texts.fields.isShadow} {...form.getInputProps("is_shadow", { type: "checkbox" })} />
        <Switch label={texts.fields.active} {...form.getInputProps("is_active", { type: "checkbox" })} />
        <RuleTester draft={form.values} replaces={rule?.id} />
        <div>
          <Button type="submit" loading={create.isPending || update.isPending} data-testid="rule-save">
            {parts.save}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}
