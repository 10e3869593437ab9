import { Button } from "@mantine/core";
import { Navigate, useSearch } from "@tanstack/react-router";
import { useSession } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { isOwnPath } from "./own-path.ts";
import styles from "./page.module.css";

const providers = { twitch: "Twitch", discord: "Discord", slack: "Slack" } as const;

/** The ways in. */
export function SignInPage() {
  const { signIn } = useTexts();
  const session = useSession();
  const { return: wished } = useSearch({ from: "/sign-in" });
  const back = wished !== undefined && isOwnPath(wished) ? wished : "/";
  if (session) return <Navigate to={back} replace />;
  return (
    <div className={styles.page}>
      <PageHeader title={signIn.title} lead={signIn.lead} />
      <div className={styles.ways}>
        {Object.entries(providers).map(([provider, name]) => (
          <Button
            key={provider}
            component="a"
            href={`/api/v1/auth/oauth/${provider}?${new URLSearchParams({ return: back })}`}
            variant="default"
            size="md"
            data-testid={`sign-in-${provider}`}
          >
            {signIn.with(name)}
          </Button>
        ))}
      </div>
    </div>
  );
}
