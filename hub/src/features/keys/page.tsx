import { Button, Checkbox, Group, Modal } from "@mantine/core";
import { useState } from "react";
import type { DataOf } from "#hub/api/call.ts";
import { useApi, useChange } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { ConfirmButton } from "#hub/ui/confirm-button.tsx";
import { DataTable } from "#hub/ui/data-table.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { KeyForm } from "./key-form.tsx";
import { ShownOnce } from "./shown-once.tsx";

const route = "GET /api/v1/communities/{community_id}/keys";
type Key = DataOf<typeof route>["keys"][number];

function Actions({
  communityId,
  row,
  onSecret,
}: {
  communityId: number;
  row: Key;
  onSecret: (key: string) => void;
}) {
  const { keys } = useTexts();
  const params = { community_id: communityId, id: row.id };
  const disable = useChange("POST /api/v1/communities/{community_id}/keys/{id}/disable", {
    refreshes: [route],
    done: keys.disableDone,
  });
  const rotate = useChange("POST /api/v1/communities/{community_id}/keys/{id}/rotate", {
    onDone: ({ key }) => onSecret(key),
  });
  if (!row.is_active) return keys.disabled;
  return (
    <Group gap={8} wrap="nowrap">
      <ConfirmButton
        label={keys.rotate}
        question={keys.rotateQuestion(row.name)}
        confirm={keys.rotateConfirm}
        size="compact-sm"
        isBusy={rotate.isPending}
        onConfirm={() => rotate.mutateAsync({ params }).catch(() => undefined)}
      />
      <ConfirmButton
        label={keys.disable}
        question={keys.disableQuestion(row.name)}
        confirm={keys.disable}
        size="compact-sm"
        isBusy={disable.isPending}
        onConfirm={() => disable.mutateAsync({ params }).catch(() => undefined)}
        testId="key-disable"
      />
    </Group>
  );
}

/** Keys of programs that act in this community. */
export function KeysPage() {
  const { keys, parts } = useTexts();
  const { id } = useCommunity();
  const [isMaking, setMaking] = useState(false);
  const [isAll, setAll] = useState(false);
  const [secret, setSecret] = useState<string>();
  const found = useApi(route, {
    params: { community_id: id },
    query: { include_inactive: isAll ? "true" : "false" },
  });
  const roleNames: Readonly<Record<string, string>> = keys.roleNames;
  const made = (key: string) => {
    setMaking(false);
    setSecret(key);
  };
  return (
    <>
      <PageHeader title={keys.title} lead={keys.lead}>
        <Button leftSection={<Icon name="plus" />} onClick={() => setMaking(true)} data-testid="key-new">
          {keys.create}
        </Button>
      </PageHeader>
      <Checkbox
        label={keys.showInactive}
        checked={isAll}
        onChange={({ currentTarget: { checked } }) => setAll(checked)}
        mb="md"
      />
      <Loaded query={found}>
        {(data) => (
          <DataTable
            label={keys.title}
            testId="keys"
            rows={data.keys}
            rowKey={(row) => row.id}
            rowHeight={56}
            empty={<EmptyState title={keys.emptyTitle} text={keys.emptyText} />}
            columns={[
              {
                key: "name",
                title: keys.columns.name,
                width: "minmax(180px, 2fr)",
                render: ({ name, id: keyId }) => (
                  <>
                    <strong>{name}</strong> <code>{keyId}</code>
                  </>
                ),
              },
              {
                key: "roles",
                title: keys.columns.roles,
                width: "minmax(180px, 2fr)",
                render: ({ roles }) => roles.map((role) => roleNames[role] ?? role).join(", "),
              },
              {
                key: "lastUsed",
                title: keys.columns.lastUsed,
                width: "140px",
                render: ({ last_used_at }) => <Moment at={last_used_at} />,
              },
              {
                key: "expires",
                title: keys.columns.expires,
                width: "140px",
                render: ({ expires_at }) =>
                  expires_at === null ? keys.neverEnds : <Moment at={expires_at} />,
              },
              {
                key: "action",
                title: keys.columns.action,
                width: "290px",
                render: (row) => <Actions communityId={id} row={row} onSecret={setSecret} />,
              },
            ]}
          />
        )}
      </Loaded>
      <Modal
        opened={isMaking}
        onClose={() => setMaking(false)}
        title={keys.create}
        closeButtonProps={{ "aria-label": parts.close }}
      >
        <KeyForm communityId={id} onMade={made} onCancel={() => setMaking(false)} />
      </Modal>
      <ShownOnce text={secret} onClose={() => setSecret(undefined)} />
    </>
  );
}
