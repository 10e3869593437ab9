import { useApi } from "#hub/api/use-api.ts";
import { useMay } from "#hub/session/use-may.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { Invitations } from "./invitations.tsx";
import { JoinRequests } from "./join-requests.tsx";
import styles from "./page.module.css";
import { ProfileForm } from "./profile-form.tsx";

const teamRoles = ["owner", "admin", "moderator", "streamer"] as const;

/** Profile, colours, team and the ways in. */
export function CommunityPage() {
  const { community: texts } = useTexts();
  const { id } = useCommunity();
  const mayChange = useMay("admin");
  const profile = useApi("GET /api/v1/communities/{community_id}", { params: { community_id: id } });
  return (
    <>
      <PageHeader title={texts.title} lead={mayChange ? texts.lead : `${texts.lead} ${texts.readOnly}`} />
      <div className={styles.page}>
        <Panel title={texts.profile.title} testId="profile">
          <Loaded query={profile}>
            {({ community }) => (
              <ProfileForm key={community.version} community={community} isLocked={!mayChange} />
            )}
          </Loaded>
        </Panel>
        <Panel title={texts.team.title} lead={texts.team.lead} testId="team">
          <ul className={styles.list}>
            {teamRoles.map((role) => (
              <TeamOf key={role} role={role} />
            ))}
          </ul>
        </Panel>
        <Panel title={texts.requests.title} testId="join-requests">
          <JoinRequests />
        </Panel>
        <Panel title={texts.invitations.title} lead={texts.invitations.lead} testId="invitations">
          <Invitations />
        </Panel>
      </div>
    </>
  );
}

function TeamOf({ role }: { role: (typeof teamRoles)[number] }) {
  const { commands } = useTexts();
  const { id } = useCommunity();
  const list = useApi("GET /api/v1/communities/{community_id}/members", {
    params: { community_id: id },
    query: { role, limit: 100 },
  });
  return list.data?.members.map((member) => (
    <li key={member.user_key}>
      <strong>{member.name ?? member.user_key}</strong>
      <span className={styles.muted}>{commands.roles[member.role]}</span>
    </li>
  ));
}
