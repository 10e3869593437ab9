import { Group } from "@mantine/core";
import { useSession } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { LinkButton } from "#hub/ui/link-button.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { sayRole } from "../rehearsal/say-role.ts";
import styles from "./communities-page.module.css";

/** Where somebody belongs. */
export function MyCommunitiesPage() {
  const texts = useTexts();
  const { communities: said } = texts.mine;
  const communities = useSession()?.communities ?? [];
  return (
    <>
      <PageHeader title={said.title} lead={said.lead} />
      {communities.length === 0 ? (
        <EmptyState title={said.emptyTitle} text={said.emptyText} />
      ) : (
        <div className={styles.grid}>
          {communities.map(({ id, slug, name, role }) => (
            <Panel key={id} title={name} lead={sayRole(role, texts)} testId={`mine-${slug}`}>
              <Group gap={8}>
                <LinkButton to="/c/$slug" params={{ slug }} size="compact-md">
                  {said.open}
                </LinkButton>
                <LinkButton to="/c/$slug/chat" params={{ slug }} size="compact-md" variant="default">
                  {said.chat}
                </LinkButton>
                <LinkButton to="/c/$slug/leaderboard" params={{ slug }} size="compact-md" variant="default">
                  {said.leaderboard}
                </LinkButton>
              </Group>
            </Panel>
          ))}
        </div>
      )}
    </>
  );
}
