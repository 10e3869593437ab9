import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import * as z from "zod";
import type { DataOf } from "#hub/api/call.ts";
import { useChange } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { DataTable } from "#hub/ui/data-table.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { fieldErrors, useSchemaForm } from "#hub/ui/form.ts";
import { Loaded } from "#hub/ui/loaded.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { useHouseCommunities } from "./paged.ts";
import { SearchField } from "./search-field.tsx";

const route = "GET /api/v1/superadmin/communities";
type Community = DataOf<typeof route>["communities"][number];

function Reassign({ community, onClose }: { community: Community; onClose: () => void }) {
  const { house, parts } = useTexts();
  const texts = house.communities;
  const form = useSchemaForm(z.object({ user_key: z.string().min(1, parts.required) }), { user_key: "" });
  const give = useChange("PUT /api/v1/superadmin/communities/{community_id}/owner", {
    refreshes: [route],
    done: ({ owner }) => texts.reassigned(owner),
    onDone: onClose,
  });
  const submit = form.onSubmit(({ user_key }) =>
    give.mutate(
      { params: { community_id: community.id }, body: { user_key: user_key.trim() } },
      { onError: (error) => form.setErrors(fieldErrors(error)) },
    ),
  );
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text>{texts.reassignText}</Text>
        <TextInput
          label={texts.userKey}
          description={texts.userKeyHint}
          data-autofocus
          data-testid="new-owner"
          {...form.getInputProps("user_key")}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {parts.cancel}
          </Button>
          <Button type="submit" loading={give.isPending} data-testid="give">
            {texts.reassignConfirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Every community of the house. */
export function HouseCommunitiesPage() {
  const { house, parts } = useTexts();
  const texts = house.communities;
  const [search, setSearch] = useState("");
  const [chosen, choose] = useState<Community>();
  const found = useHouseCommunities(search);
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead} />
      <SearchField onSearch={setSearch} />
      <Loaded query={found}>
        {({ pages }) => (
          <DataTable
            label={texts.title}
            testId="house-communities"
            rows={pages.flatMap(({ communities }) => communities)}
            rowKey={({ id }) => id}
            rowHeight={54}
            onNearEnd={found.hasNextPage ? found.fetchNextPage : undefined}
            empty={<EmptyState title={texts.emptyTitle} text={texts.emptyText} />}
            columns={[
              {
                key: "name",
                title: texts.columns.name,
                width: "minmax(200px, 2fr)",
                render: ({ name, slug, is_active }) => (
                  <>
                    <strong>{name}</strong> <code>{slug}</code> {!is_active && texts.deleted}
                  </>
                ),
              },
              {
                key: "owners",
                title: texts.columns.owners,
                width: "minmax(160px, 2fr)",
                render: ({ owners }) => owners.join(", ") || texts.noOwner,
              },
              {
                key: "members",
                title: texts.columns.members,
                width: "100px",
                render: ({ members }) => members,
              },
              {
                key: "channels",
                title: texts.columns.channels,
                width: "90px",
                render: ({ channels }) => channels,
              },
              {
                key: "made",
                title: texts.columns.made,
                width: "130px",
                render: ({ created_at }) => <Moment at={created_at} />,
              },
              {
                key: "action",
                title: texts.columns.action,
                width: "190px",
                render: (row) =>
                  row.is_active && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      onClick={() => choose(row)}
                      data-testid={`reassign-${row.slug}`}
                    >
                      {texts.reassign}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      <Modal
        opened={chosen !== undefined}
        onClose={() => choose(undefined)}
        title={chosen && texts.reassignTitle(chosen.name)}
        closeButtonProps={{ "aria-label": parts.close }}
      >
        {chosen && <Reassign community={chosen} onClose={() => choose(undefined)} />}
      </Modal>
    </>
  );
}
