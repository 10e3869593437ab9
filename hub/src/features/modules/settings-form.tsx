import { Button, Drawer, NumberInput, Select, Switch, Textarea, TextInput } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useChange } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { fieldErrors } from "#hub/ui/form.ts";
import styles from "./page.module.css";
import { type Module, moduleReads } from "./page.tsx";
import { fieldsOf, heldValue, type SettingField, settingsFrom } from "./settings-schema.ts";

type Values = Record<string, unknown>;

/** A module's settings, by a form made of its own schema. */
export function SettingsForm({ module, onClose }: { module: Module; onClose: () => void }) {
  const { modules: texts, parts } = useTexts();
  const { id } = useCommunity();
  const fields = fieldsOf(module.settings_schema);
  const form = useForm<Values>({
    initialValues: Object.fromEntries(fields.map((field) => [field.name, heldValue(field, module.settings)])),
  });
  const change = useChange("PUT /api/v1/router/communities/{id}/modules/{name}", {
    refreshes: moduleReads,
    done: parts.saved,
    onDone: onClose,
    isQuiet: true,
  });
  const save = form.onSubmit((values) => {
    const read = settingsFrom(fields, values);
    if (!read.ok) return form.setErrors({ [read.field]: texts.notJson });
    change.mutate(
      { params: { id, name: module.module }, body: { settings: read.settings } },
      { onError: (error) => form.setErrors(underSettings(fieldErrors(error))) },
    );
  });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={texts.settingsOf(module.title)}
      closeButtonProps={{ "aria-label": parts.close }}
    >
      {fields.length === 0 ? (
        <p>{texts.noSettings}</p>
      ) : (
        <form onSubmit={save} className={styles.fields} data-testid="settings-form" noValidate>
          {fields.map((field) => (
            <SettingInput key={field.name} field={field} form={form} />
          ))}
          <div>
            <Button type="submit" loading={change.isPending} data-testid="settings-save">
              {parts.save}
            </Button>
          </div>
        </form>
      )}
    </Drawer>
  );
}

function SettingInput({ field, form }: { field: SettingField; form: UseFormReturnType<Values> }) {
  const { modules: texts } = useTexts();
  const { name, label, hint, kind, choices, usual } = field;
  const usually = usual === undefined || kind === "switch" ? undefined : texts.usual(JSON.stringify(usual));
  const shared = {
    label,
    description: [hint, usually].filter(Boolean).join(" · ") || undefined,
    "data-testid": `setting-${name}`,
  };
  switch (kind) {
    case "text":
      return <TextInput {...shared} {...form.getInputProps(name)} />;
    case "number":
      return <NumberInput {...shared} {...form.getInputProps(name)} />;
    case "switch":
      return <Switch {...shared} {...form.getInputProps(name, { type: "checkbox" })} />;
    case "choice":
      return <Select {...shared} data={[...choices]} allowDeselect={false} {...form.getInputProps(name)} />;
    case "json":
      return <Textarea {...shared} autosize minRows={3} {...form.getInputProps(name)} />;
  }
}

/** The API names `settings.follow`; the form's field is `follow`. */
function underSettings(errors: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(errors).map(([field, message]) => [field.replace(/^settings\.([^.]+).*$/, "$1"), message]),
  );
}
