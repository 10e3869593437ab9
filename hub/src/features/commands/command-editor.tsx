import { Button, Drawer, NumberInput, Select, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useChange } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { ConfirmButton } from "#hub/ui/confirm-button.tsx";
import { fieldErrors } from "#hub/ui/form.ts";
import { ChannelSwitches } from "./channel-switches.tsx";
import styles from "./page.module.css";
import type { Command } from "./page.tsx";

const levels = ["everyone", "member", "moderator", "admin", "owner"] as const;
const refreshes = ["GET /api/v1/router/commands"] as const;

interface Props {
  /** Undefined for a new one. */
  command: Command | undefined;
  onClose: () => void;
}

/** One command to be changed. A built-in one gets a version of the community's own. */
export function CommandEditor({ command, onClose }: Props) {
  const { commands: texts, parts } = useTexts();
  const { id: communityId } = useCommunity();
  const isHouse = command?.community_id === null;
  const word = command ? command.prefix + command.command : texts.add;
  const form = useForm({
    initialValues: {
      prefix: command?.prefix ?? "#",
      command: command?.command ?? "",
      description: command?.description ?? "",
      usage: command?.usage ?? "",
      location_url: command?.location_url ?? "",
      permission_level: command?.permission_level ?? "everyone",
      cooldown_seconds: command?.cooldown_seconds ?? 0,
      rate_limit: command?.rate_limit ?? 60,
      point_cost: command?.point_cost ?? 0,
      is_enabled: command?.is_active ?? true,
    },
  });
  const done = { refreshes, done: parts.saved, onDone: onClose, isQuiet: true };
  const create = useChange("POST /api/v1/router/commands", done);
  const update = useChange("PUT /api/v1/router/commands/{id}", done);
  const remove = useChange("DELETE /api/v1/router/commands/{id}", { refreshes, onDone: onClose });
  const showErrors = (error: unknown) => form.setErrors(problemsAt(error));

  const save = form.onSubmit((values) => {
    const { prefix, command: name, location_url, permission_level, ...rest } = values;
    const level = levels.find((one) => one === permission_level) ?? "everyone";
    const changeable = { ...rest, usage: rest.usage || name, permission_level: level };
    if (command && !isHouse) {
      const moved = location_url && location_url !== command.location_url ? { location_url } : {};
      return update.mutate(
        { params: { id: command.id }, body: { ...changeable, ...moved } },
        { onError: showErrors },
      );
    }
    const place = isHouse
      ? { module_id: command.module_id, handler: command.handler, category: command.category }
      : { location_url };
    const sign = prefix === "!" ? "!" : "#";
    create.mutate(
      { body: { community_id: communityId, prefix: sign, command: name, ...changeable, ...place } },
      { onError: showErrors },
    );
  });

  const problem = form.errors["(form)"];
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={command ? texts.editTitle(word) : texts.add}
      closeButtonProps={{ "aria-label": parts.close }}
    >
      <form onSubmit={save} className={styles.fields} data-testid="command-editor" noValidate>
        {isHouse && <p className={styles.hint}>{texts.overrideHint}</p>}
        {!command && (
          <div className={styles.pair}>
            <Select
              label={texts.fields.prefix}
              data={["#", "!"]}
              allowDeselect={false}
              {...form.getInputProps("prefix")}
            />
            <TextInput
              label={texts.fields.command}
              data-testid="field-command"
              {...form.getInputProps("command")}
            />
          </div>
        )}
        <TextInput
          label={texts.fields.description}
          data-testid="field-description"
          {...form.getInputProps("description")}
        />
        <TextInput label={texts.fields.usage} {...form.getInputProps("usage")} />
        {(!command || command.location_url !== null) && (
          <TextInput
            label={texts.fields.url}
            description={texts.fields.urlHint}
            data-testid="field-url"
            {...form.getInputProps("location_url")}
          />
        )}
        <div className={styles.pair}>
          <Select
            label={texts.fields.level}
            data={levels.map((value) => ({ value, label: texts.levels[value] }))}
            allowDeselect={false}
            {...form.getInputProps("permission_level")}
          />
          <NumberInput
            label={texts.fields.cooldown}
            data-testid="field-cooldown"
            allowDecimal={false}
            {...form.getInputProps("cooldown_seconds")}
          />
          <NumberInput label={texts.fields.rate} allowDecimal={false} {...form.getInputProps("rate_limit")} />
          <NumberInput label={texts.fields.cost} allowDecimal={false} {...form.getInputProps("point_cost")} />
        </div>
        <Switch label={texts.fields.enabled} {...form.getInputProps("is_enabled", { type: "checkbox" })} />
        {problem && (
          <p role="alert" data-testid="form-problem">
            {problem}
          </p>
        )}
        <div className={styles.foot}>
          <Button type="submit" loading={create.isPending || update.isPending} data-testid="command-save">
            {parts.save}
          </Button>
          {command && !isHouse && (
            <ConfirmButton
              label={parts.remove}
              question={texts.removeQuestion(word)}
              confirm={parts.remove}
              isBusy={remove.isPending}
              onConfirm={() => remove.mutateAsync({ params: { id: command.id } })}
            />
          )}
        </div>
      </form>
      {command && <ChannelSwitches command={command} />}
    </Drawer>
  );
}

/** Fields of the form get theirs; whatever has no field is said at the end. */
function problemsAt(error: unknown): Record<string, string> {
  const { target, module_id, handler, ...fields } = fieldErrors(error);
  return { ...fields, ...(target ? { location_url: target } : {}) };
}
