import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import type { DataOf } from "#hub/api/call.ts";
import { useChange } from "#hub/api/use-api.ts";
import { sessionKey } from "#hub/session/session.ts";
import { fieldErrors } from "#hub/ui/form.ts";
import styles from "./page.module.css";
import { useProfileTexts } from "./use-profile-texts.ts";
import { visibilities, visibilityOf } from "./visibility.ts";

const read = "GET /api/v1/identity/profile";

export function ProfileForm({ profile }: { profile: DataOf<typeof read> }) {
  const texts = useProfileTexts();
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: {
      display_name: profile.display_name,
      bio: profile.bio,
      visibility: String(profile.visibility),
    },
  });
  const change = useChange("PATCH /api/v1/identity/profile", {
    refreshes: [read],
    done: texts.you.done,
    onDone: () => void queryClient.invalidateQueries({ queryKey: sessionKey }),
    isQuiet: true,
  });
  const dropPicture = useChange("PATCH /api/v1/identity/profile", {
    refreshes: [read],
    done: texts.you.pictureGone,
  });
  const save = form.onSubmit(({ visibility, ...rest }) =>
    change.mutate(
      { body: { ...rest, visibility: visibilityOf(visibility) } },
      { onError: (error) => form.setErrors(fieldErrors(error)) },
    ),
  );
  return (
    <form onSubmit={save} className={styles.fields} noValidate>
      <TextInput label={texts.you.name} data-testid="display-name" {...form.getInputProps("display_name")} />
      <Textarea
        label={texts.you.bio}
        description={texts.you.bioHint}
        autosize
        minRows={2}
        {...form.getInputProps("bio")}
      />
      <NativeSelect
        label={texts.you.seenBy}
        data={visibilities.map((value) => ({ value, label: texts.visibility[value] }))}
        {...form.getInputProps("visibility")}
      />
      <div className={styles.row}>
        <Button type="submit" loading={change.isPending} data-testid="profile-save">
          {texts.you.save}
        </Button>
        {profile.avatar_url !== null && (
          <Button
            variant="default"
            loading={dropPicture.isPending}
            onClick={() => dropPicture.mutate({ body: { avatar: false } })}
          >
            {texts.you.dropPicture}
          </Button>
        )}
      </div>
    </form>
  );
}
