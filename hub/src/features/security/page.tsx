import { useApi } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { FactorPanel } from "./factor-panel.tsx";
import { PasswordPanel } from "./password-panel.tsx";
import { SessionsPanel } from "./sessions-panel.tsx";

const securityRoute = "GET /api/v1/auth/security";

/** How one's own account is locked, and where it is signed in. */
export function SecurityPage() {
  const { security } = useTexts();
  const found = useApi(securityRoute);
  return (
    <>
      <PageHeader title={security.title} lead={security.lead} />
      <Loaded query={found}>
        {({ has_password, second_factor, sessions }) => (
          <>
            <PasswordPanel hasPassword={has_password} />
            <FactorPanel
              hasPassword={has_password}
              isOn={second_factor.is_on}
              codesLeft={second_factor.recovery_codes_left}
            />
            <SessionsPanel sessions={sessions} />
          </>
        )}
      </Loaded>
    </>
  );
}
