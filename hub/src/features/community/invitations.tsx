import { Button, NumberInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import type { DataOf } from "#hub/api/call.ts";
import { useApi, useChange } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { fieldErrors } from "#hub/ui/form.ts";
import { Loaded } from "#hub/ui/loaded.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import styles from "./page.module.css";

const listRead = "GET /api/v1/communities/{community_id}/invitations" as const;
type Invitation = DataOf<typeof listRead>["invitations"][number];
const daySeconds = 86_400;

/** Codes that let people in: made, shown once, withdrawn. */
export function Invitations() {
  const { invitations: texts } = useTexts().community;
  const { id } = useCommunity();
  const [code, setCode] = useState<string | null>(null);
  const list = useApi(listRead, { params: { community_id: id } });
  const form = useForm({ initialValues: { max_uses: 10, expires_in_seconds: 7 } });
  const create = useChange("POST /api/v1/communities/{community_id}/invitations", {
    refreshes: [listRead],
    onDone: (made) => setCode(made.code),
    isQuiet: true,
  });
  const invite = form.onSubmit(({ max_uses, expires_in_seconds }) =>
    create.mutate(
      {
        params: { community_id: id },
        body: {
          max_uses: Number(max_uses),
          expires_in_seconds: Math.round(Number(expires_in_seconds) * daySeconds),
        },
      },
      { onError: (error) => form.setErrors(fieldErrors(error)) },
    ),
  );
  return (
    <div className={styles.fields}>
      <form onSubmit={invite} className={styles.pair} noValidate>
        <NumberInput
          label={texts.uses}
          allowDecimal={false}
          data-testid="invite-uses"
          {...form.getInputProps("max_uses")}
        />
        <NumberInput label={texts.days} {...form.getInputProps("expires_in_seconds")} />
        <Button type="submit" variant="default" loading={create.isPending} data-testid="invite">
          {texts.create}
        </Button>
      </form>
      {code !== null && (
        <div role="status">
          {texts.shown}
          <code className={styles.code} data-testid="invite-code">
            {code}
          </code>
        </div>
      )}
      <Loaded query={list}>
        {({ invitations }) =>
          invitations.length === 0 ? (
            <p className={styles.muted}>{texts.empty}</p>
          ) : (
            <ul className={styles.list}>
              {invitations.toReversed().map((one) => (
                <InvitationLine key={one.id} invitation={one} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </div>
  );
}

function InvitationLine({ invitation }: { invitation: Invitation }) {
  const { invitations: texts } = useTexts().community;
  const { id } = useCommunity();
  const revoke = useChange("DELETE /api/v1/communities/{community_id}/invitations/{invitation_id}", {
    refreshes: [listRead],
  });
  const { uses, max_uses, expires_at, revoked_at } = invitation;
  const isOver = uses >= max_uses || new Date(expires_at).getTime() < Date.now();
  return (
    <li>
      <span className={styles.grow}>
        {texts.used(String(uses), String(max_uses))}, {texts.until} <Moment at={expires_at} />
      </span>
      {revoked_at !== null && <span className={styles.muted}>{texts.revoked}</span>}
      {revoked_at === null && isOver && <span className={styles.muted}>{texts.over}</span>}
      {revoked_at === null && !isOver && (
        <Button
          size="xs"
          variant="default"
          loading={revoke.isPending}
          onClick={() => revoke.mutate({ params: { community_id: id, invitation_id: invitation.id } })}
        >
          {texts.revoke}
        </Button>
      )}
    </li>
  );
}
