import { ActionIcon, Badge, Button, Drawer, NativeSelect, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import type { DataOf } from "#hub/api/call.ts";
import { problemOf } from "#hub/api/problem.ts";
import { useApi, useChange } from "#hub/api/use-api.ts";
import { roles } from "#hub/session/session.ts";
import { useMay } from "#hub/session/use-may.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { ConfirmButton } from "#hub/ui/confirm-button.tsx";
import { fieldErrors } from "#hub/ui/form.ts";
import { Icon } from "#hub/ui/icon.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { sayProblem } from "#hub/ui/say-problem.ts";
import { StatusMark } from "#hub/ui/status-mark.tsx";
import styles from "./page.module.css";

type Detail = DataOf<"GET /api/v1/communities/{community_id}/members/{user_key}">;
const detailRead = "GET /api/v1/communities/{community_id}/members/{user_key}" as const;
const listReads = [
  detailRead,
  "GET /api/v1/communities/{community_id}/members",
  "GET /api/v1/communities/{community_id}/member-pages",
] as const;

/** One person in full: role, reputation, labels, linked accounts and moderators' notes. */
export function MemberDrawer({ userKey, onClose }: { userKey: string; onClose: () => void }) {
  const { parts } = useTexts();
  const { id } = useCommunity();
  const detail = useApi(detailRead, { params: { community_id: id, user_key: userKey } });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={detail.data?.member.name ?? userKey}
      closeButtonProps={{ "aria-label": parts.close }}
    >
      <div className={styles.parts} data-testid="member-detail">
        <code>{userKey}</code>
        <Loaded query={detail}>
          {(data) => (
            <>
              <Facts detail={data} />
              <Notes detail={data} />
              <Removal detail={data} onDone={onClose} />
            </>
          )}
        </Loaded>
      </div>
    </Drawer>
  );
}

function Facts({ detail: { member, identities } }: { detail: Detail }) {
  const { members, commands } = useTexts();
  const { detail: texts, columns } = members;
  const { id } = useCommunity();
  const mayChange = useMay("admin");
  const change = useChange("PUT /api/v1/communities/{community_id}/members/{user_key}/role", {
    refreshes: listReads,
  });
  return (
    <>
      <div className={styles.facts}>
        <NativeSelect
          label={texts.role}
          value={member.role}
          disabled={!mayChange || change.isPending}
          data={roles.toReversed().map((value) => ({ value, label: commands.roles[value] }))}
          onChange={(event) => {
            const role = roles.find((one) => one === event.currentTarget.value);
            if (role)
              change.mutate({ params: { community_id: id, user_key: member.user_key }, body: { role } });
          }}
          data-testid="member-role"
        />
        <p>
          <strong>{columns.score}</strong>
          <br />
          {Math.round(member.score)}
        </p>
        <p>
          <strong>{columns.points}</strong>
          <br />
          {member.points}
        </p>
        <p>
          <strong>{texts.joined}</strong>
          <br />
          <Moment at={member.joined_at} />
        </p>
      </div>
      <section>
        <h3>{texts.labels}</h3>
        {member.labels.length === 0 && <p className={styles.muted}>{texts.noLabels}</p>}
        {member.labels.map(({ id: label, name }) => (
          <Badge key={label} variant="default" mr={6}>
            {name}
          </Badge>
        ))}
      </section>
      <section>
        <h3>{texts.identities}</h3>
        {identities.length === 0 && <p className={styles.muted}>{texts.noIdentities}</p>}
        <ul>
          {identities.map((one) => (
            <li key={one.user_key}>
              {one.name} <code>{one.user_key}</code>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

function Notes({ detail: { member, notes } }: { detail: Detail }) {
  const { detail: texts } = useTexts().members;
  const { id } = useCommunity();
  const place = { community_id: id, user_key: member.user_key };
  const form = useForm({ initialValues: { text: "" } });
  const write = useChange("POST /api/v1/communities/{community_id}/members/{user_key}/notes", {
    refreshes: [detailRead],
    onDone: () => form.reset(),
    isQuiet: true,
  });
  const remove = useChange("DELETE /api/v1/communities/{community_id}/members/{user_key}/notes/{note_id}", {
    refreshes: [detailRead],
  });
  const submit = form.onSubmit((body) =>
    write.mutate({ params: place, body }, { onError: (error) => form.setErrors(fieldErrors(error)) }),
  );
  return (
    <section>
      <h3>{texts.notes}</h3>
      {notes.length === 0 && <p className={styles.muted}>{texts.noNotes}</p>}
      <ul data-testid="member-notes">
        {notes.map((note) => (
          <li key={note.id} className={styles.note}>
            <span>
              {note.text}
              <br />
              <span className={styles.muted}>
                {texts.by(note.author ?? note.created_by)} · <Moment at={note.created_at} />
              </span>
            </span>
            <ActionIcon
              variant="subtle"
              aria-label={texts.removeNote}
              title={texts.removeNote}
              onClick={() => remove.mutate({ params: { ...place, note_id: note.id } })}
            >
              <Icon name="trash" size={16} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <form onSubmit={submit} className={styles.write} noValidate>
        <TextInput
          className={styles.search}
          label={texts.newNote}
          data-testid="note-text"
          {...form.getInputProps("text")}
        />
        <Button type="submit" variant="default" loading={write.isPending} data-testid="note-save">
          {texts.addNote}
        </Button>
      </form>
    </section>
  );
}

/** What the server will not do, as taking somebody out of the global community, is said right here. */
function Removal({ detail: { member }, onDone }: { detail: Detail; onDone: () => void }) {
  const texts = useTexts();
  const { detail: words } = texts.members;
  const { id } = useCommunity();
  const [refused, setRefused] = useState<string | null>(null);
  const remove = useChange("DELETE /api/v1/communities/{community_id}/members/{user_key}", {
    refreshes: listReads,
    onDone,
    isQuiet: true,
  });
  const confirm = async () => {
    setRefused(null);
    try {
      await remove.mutateAsync({ params: { community_id: id, user_key: member.user_key } });
    } catch (error) {
      setRefused(sayProblem(problemOf(error), texts));
    }
  };
  return (
    <section>
      <ConfirmButton
        label={words.remove}
        question={words.removeQuestion(member.name ?? member.user_key)}
        confirm={texts.parts.remove}
        isBusy={remove.isPending}
        onConfirm={confirm}
        testId="member-remove"
      />
      {refused !== null && (
        <p role="alert" data-testid="member-refused">
          <StatusMark tone="bad">{refused}</StatusMark>
        </p>
      )}
    </section>
  );
}
