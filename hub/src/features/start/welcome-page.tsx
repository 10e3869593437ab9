import { Button, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import * as z from "zod";
import { useChange } from "#hub/api/use-api.ts";
import { sessionKey } from "#hub/session/session.ts";
import { useSession } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { fieldErrors, useSchemaForm } from "#hub/ui/form.ts";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import styles from "./start.module.css";

/** For who is signed in and belongs nowhere yet: one click makes a community. */
export function WelcomePage() {
  const { start: texts, parts } = useTexts();
  const name = useSession()?.user.displayName ?? "";
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const form = useSchemaForm(z.object({ name: z.string().trim().min(1, parts.required).max(64) }), { name });
  const create = useChange("POST /api/v1/communities", {
    onDone: async ({ community }) => {
      await queryClient.invalidateQueries({ queryKey: sessionKey });
      await navigate({ to: "/c/$slug/start", params: { slug: community.slug } });
    },
  });
  const send = form.onSubmit((values) =>
    create.mutate(
      { body: { name: values.name.trim() } },
      { onError: (error) => form.setErrors(fieldErrors(error)) },
    ),
  );
  return (
    <div className={styles.page}>
      <PageHeader title={texts.welcome(name)} lead={texts.welcomeLead} />
      <Panel>
        <form className={styles.form} onSubmit={send}>
          <TextInput label={texts.name} description={texts.nameHint} {...form.getInputProps("name")} />
          <Button type="submit" size="md" loading={create.isPending} data-testid="create-community">
            {texts.create}
          </Button>
        </form>
      </Panel>
    </div>
  );
}
