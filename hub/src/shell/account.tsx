import { Button } from "@mantine/core";
import type { Session } from "#hub/session/session.ts";
import { signOut } from "#hub/session/sign-out.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import { sayProblem } from "#hub/ui/say-problem.ts";
import { toast } from "#hub/ui/toast.ts";
import styles from "./menu.module.css";

/** Who one is here, and the way out. */
export function Account({ session }: { session: Session }) {
  const texts = useTexts();
  const leave = async () => {
    const answer = await signOut();
    if (!answer.ok) return toast({ tone: "bad", text: sayProblem(answer.problem, texts) });
    // A fresh page keeps nothing of the session in memory.
    location.assign("/");
  };
  return (
    <div className={styles.account}>
      <span className={styles.who} title={session.user.displayName}>
        {session.user.displayName}
      </span>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<Icon name="signOut" size={14} />}
        onClick={() => void leave()}
        data-testid="sign-out"
      >
        {texts.shell.signOut}
      </Button>
    </div>
  );
}
