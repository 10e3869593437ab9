import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import type { DataOf } from "#hub/api/call.ts";
import { problemOf } from "#hub/api/problem.ts";
import { useChange } from "#hub/api/use-api.ts";
import { sessionKey } from "#hub/session/session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { fieldErrors } from "#hub/ui/form.ts";
import styles from "./page.module.css";

type Community = DataOf<"GET /api/v1/communities/{community_id}">["community"];
const colorNames = ["primary", "secondary", "accent", "background", "text"] as const;
const types = ["creator", "gaming", "shared_interest_group", "corporate", "other"] as const;
const joinModes = ["open", "approval", "invite"] as const;

/** Name, description, kind, who gets in, logo and colours. Somebody else's change meanwhile is not overwritten. */
export function ProfileForm({ community, isLocked }: { community: Community; isLocked: boolean }) {
  const { community: texts, parts } = useTexts();
  const queryClient = useQueryClient();
  const { colors, logo_url } = community.theme;
  const form = useForm({
    initialValues: {
      name: community.name,
      description: community.description,
      type: community.type,
      join_mode: community.join_mode,
      logo_url: logo_url ?? "",
      colors: Object.fromEntries(colorNames.map((name) => [name, colors?.[name] ?? ""])),
    },
  });
  const update = useChange("PUT /api/v1/communities/{community_id}", {
    refreshes: ["GET /api/v1/communities/{community_id}"],
    done: parts.saved,
    onDone: () => void queryClient.invalidateQueries({ queryKey: sessionKey }),
    isQuiet: true,
  });
  const save = form.onSubmit(({ name, description, type, join_mode, ...theme }) => {
    const chosen = Object.fromEntries(Object.entries(theme.colors).filter(([, value]) => value !== ""));
    const body = {
      name,
      description,
      type: types.find((one) => one === type) ?? "creator",
      join_mode: joinModes.find((one) => one === join_mode) ?? "open",
      theme: { logo_url: theme.logo_url || null, colors: chosen },
    };
    update.mutate(
      { params: { community_id: community.id }, body, etag: `"${community.version}"` },
      { onError: (error) => form.setErrors(underFields(fieldErrors(error), error)) },
    );
  });
  const { background, text } = form.values.colors;
  const isColor = (value: string | undefined) => /^#[0-9a-f]{6}$/i.test(value ?? "");
  return (
    <form onSubmit={save} className={styles.fields} noValidate>
      <TextInput
        label={texts.profile.name}
        disabled={isLocked}
        data-testid="profile-name"
        {...form.getInputProps("name")}
      />
      <Textarea
        label={texts.profile.description}
        autosize
        minRows={2}
        disabled={isLocked}
        data-testid="profile-description"
        {...form.getInputProps("description")}
      />
      <div className={styles.pair}>
        <NativeSelect
          label={texts.profile.type}
          disabled={isLocked}
          data={types.map((value) => ({ value, label: texts.profile.types[value] }))}
          {...form.getInputProps("type")}
        />
        <NativeSelect
          label={texts.profile.joinMode}
          disabled={isLocked}
          data={joinModes.map((value) => ({ value, label: texts.profile.joinModes[value] }))}
          {...form.getInputProps("join_mode")}
        />
      </div>
      <TextInput label={texts.profile.logo} disabled={isLocked} {...form.getInputProps("logo_url")} />
      <p className={styles.muted}>{`${texts.theme.title}: ${texts.theme.lead}`}</p>
      <div className={styles.pair}>
        {colorNames.map((name) => (
          <TextInput
            key={name}
            label={texts.theme[name]}
            placeholder="#1f6feb"
            disabled={isLocked}
            data-testid={`color-${name}`}
            {...form.getInputProps(`colors.${name}`)}
          />
        ))}
      </div>
      <div
        className={styles.preview}
        style={{
          ...(isColor(background) ? { background } : {}),
          ...(isColor(text) ? { color: text } : {}),
        }}
      >
        {texts.theme.preview}
      </div>
      {!isLocked && (
        <div>
          <Button type="submit" loading={update.isPending} data-testid="profile-save">
            {parts.save}
          </Button>
        </div>
      )}
    </form>
  );
}

/** `theme.colors.primary` of the API is `colors.primary` here; what is no field's is said at the name. */
function underFields(errors: Readonly<Record<string, string>>, error: unknown): Record<string, string> {
  const named = Object.fromEntries(
    Object.entries(errors).map(([field, message]) => [field.replace(/^theme\./, ""), message]),
  );
  if (Object.keys(named).length > 0) return named;
  const problem = problemOf(error);
  return "message" in problem && problem.message ? { name: problem.message } : {};
}
