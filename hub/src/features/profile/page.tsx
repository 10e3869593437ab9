import { useApi } from "#hub/api/use-api.ts";
import { Loaded } from "#hub/ui/loaded.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { Accounts } from "./accounts.tsx";
import { CodeLink } from "./code-link.tsx";
import { Joining } from "./joining.tsx";
import { OwnData } from "./own-data.tsx";
import styles from "./page.module.css";
import { ProfileForm } from "./profile-form.tsx";
import { useProfileTexts } from "./use-profile-texts.ts";

/** One's own account. */
export function ProfilePage() {
  const texts = useProfileTexts();
  const found = useApi("GET /api/v1/identity/profile");
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead} />
      <Loaded query={found}>
        {(profile) => (
          <div className={styles.page}>
            <Panel title={texts.you.title}>
              <ProfileForm profile={profile} />
            </Panel>
            <Panel title={texts.accounts.title} lead={texts.accounts.lead} testId="accounts">
              <Accounts />
            </Panel>
            <Panel title={texts.code.title} lead={texts.code.lead}>
              <CodeLink />
            </Panel>
            <Panel title={texts.joining.title} lead={texts.joining.lead}>
              <Joining />
            </Panel>
            <Panel title={texts.data.title} lead={texts.data.lead}>
              <OwnData name={profile.display_name} />
            </Panel>
          </div>
        )}
      </Loaded>
    </>
  );
}
