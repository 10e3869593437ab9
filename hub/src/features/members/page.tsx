import { NativeSelect, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { roles } from "#hub/session/session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { MemberDrawer } from "./member-drawer.tsx";
import { MemberList } from "./member-list.tsx";
import styles from "./page.module.css";
import type { Member, MemberRole } from "./use-member-pages.ts";

const sizes = [20, 50, 100, 200];
const settleMs = 300;

/** Who belongs to the community: any number of them, found by name, and one at a time in full. */
export function MembersPage() {
  const { members: texts, commands } = useTexts();
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), settleMs);
  const [role, setRole] = useState<MemberRole | undefined>(undefined);
  const [limit, setLimit] = useState(100);
  const [opened, setOpened] = useState<Member | null>(null);
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead} />
      <div className={styles.tools}>
        <TextInput
          className={styles.search}
          label={texts.search}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-testid="member-search"
        />
        <NativeSelect
          label={texts.role}
          value={role ?? ""}
          onChange={(event) => setRole(roles.find((one) => one === event.currentTarget.value))}
          data={[
            { value: "", label: texts.anyRole },
            ...roles.toReversed().map((value) => ({ value, label: commands.roles[value] })),
          ]}
        />
        <NativeSelect
          label={texts.perPage}
          value={String(limit)}
          onChange={(event) => setLimit(Number(event.currentTarget.value))}
          data={sizes.map(String)}
          data-testid="member-limit"
        />
      </div>
      <MemberList key={`${search} ${role} ${limit}`} wish={{ search, role, limit }} onOpen={setOpened} />
      {opened && <MemberDrawer userKey={opened.user_key} onClose={() => setOpened(null)} />}
    </>
  );
}
