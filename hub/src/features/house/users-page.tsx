import { Button } from "@mantine/core";
import { useState } from "react";
import type { DataOf } from "#hub/api/call.ts";
import { useChange } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { ConfirmButton } from "#hub/ui/confirm-button.tsx";
import { DataTable } from "#hub/ui/data-table.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { StatusMark } from "#hub/ui/status-mark.tsx";
import { useHouseUsers } from "./paged.ts";
import { SearchField } from "./search-field.tsx";

const route = "GET /api/v1/superadmin/users";
type User = DataOf<typeof route>["users"][number];

function Lock({ user }: { user: User }) {
  const texts = useTexts().house.users;
  const change = useChange("PUT /api/v1/superadmin/users/{user_id}/active", {
    refreshes: [route],
    done: ({ is_active }) => (is_active ? texts.unlockedDone : texts.lockedDone),
  });
  const set = (isActive: boolean) =>
    change
      .mutateAsync({ params: { user_id: user.id }, body: { is_active: isActive } })
      .catch(() => undefined);
  if (!user.is_active)
    return (
      <Button size="compact-sm" variant="default" loading={change.isPending} onClick={() => void set(true)}>
        {texts.unlock}
      </Button>
    );
  return (
    <ConfirmButton
      label={texts.lock}
      question={texts.lockQuestion(user.display_name)}
      confirm={texts.lock}
      size="compact-sm"
      isBusy={change.isPending}
      onConfirm={() => set(false)}
      testId={`lock-${user.username}`}
    />
  );
}

/** Everybody who can sign in. */
export function HouseUsersPage() {
  const texts = useTexts().house.users;
  const [search, setSearch] = useState("");
  const found = useHouseUsers(search);
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead} />
      <SearchField onSearch={setSearch} />
      <Loaded query={found}>
        {({ pages }) => (
          <DataTable
            label={texts.title}
            testId="house-users"
            rows={pages.flatMap(({ users }) => users)}
            rowKey={({ id }) => id}
            rowHeight={54}
            onNearEnd={found.hasNextPage ? found.fetchNextPage : undefined}
            empty={<EmptyState title={texts.emptyTitle} text={texts.emptyText} />}
            columns={[
              {
                key: "name",
                title: texts.columns.name,
                width: "minmax(170px, 2fr)",
                render: ({ display_name, is_super_admin }) => (
                  <>
                    <strong>{display_name}</strong> {is_super_admin && texts.superAdmin}
                  </>
                ),
              },
              {
                key: "email",
                title: texts.columns.email,
                width: "minmax(150px, 2fr)",
                render: ({ email }) => email ?? "–",
              },
              {
                key: "accounts",
                title: texts.columns.accounts,
                width: "minmax(170px, 2fr)",
                render: ({ accounts }) => accounts.join(", "),
              },
              {
                key: "made",
                title: texts.columns.made,
                width: "130px",
                render: ({ created_at }) => <Moment at={created_at} />,
              },
              {
                key: "state",
                title: texts.columns.state,
                width: "150px",
                render: ({ is_active }) => (
                  <StatusMark tone={is_active ? "good" : "bad"}>
                    {is_active ? texts.active : texts.locked}
                  </StatusMark>
                ),
              },
              {
                key: "action",
                title: texts.columns.action,
                width: "160px",
                render: (user) => <Lock user={user} />,
              },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}
