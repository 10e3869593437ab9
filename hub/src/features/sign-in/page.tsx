import { Button } from "@mantine/core";
import { Navigate, useSearch } from "@tanstack/react-router";
import { useApi } from "#hub/api/use-api.ts";
import { useSession } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { platformName } from "#hub/ui/platform-name.ts";
import { pathBack } from "./own-path.ts";
import styles from "./page.module.css";
import { PasswordForm } from "./password-form.tsx";

/** The ways in that this house offers. */
export function SignInPage() {
  const { signIn } = useTexts();
  const session = useSession();
  const ways = useApi("GET /api/v1/auth/ways");
  const { return: wished } = useSearch({ from: "/sign-in" });
  const back = pathBack(wished);
  if (session?.user.mustChangePassword)
    return <Navigate to="/sign-in/$step" params={{ step: "password" }} search={{ return: back }} replace />;
  if (session) return <Navigate to={back} replace />;
  return (
    <div className={styles.page}>
      <PageHeader title={signIn.title} lead={signIn.lead} />
      <Panel>
        <Loaded query={ways}>
          {({ providers, password, signUp }) =>
            providers.length === 0 && !password ? (
              <EmptyState title={signIn.noneTitle} text={signIn.noneText} />
            ) : (
              <div className={styles.ways}>
                {providers.map((provider) => (
                  <Button
                    key={provider}
                    component="a"
                    href={`/api/v1/auth/oauth/${provider}?${new URLSearchParams({ return: back })}`}
                    variant="default"
                    size="md"
                    data-testid={`sign-in-${provider}`}
                  >
                    {signIn.with(platformName(provider))}
                  </Button>
                ))}
                {password && <PasswordForm back={back} mayRegister={signUp.isOpen} />}
                <p className={styles.small}>{signUp.isOpen ? signIn.newHere : signIn.invited}</p>
              </div>
            )
          }
        </Loaded>
      </Panel>
    </div>
  );
}
