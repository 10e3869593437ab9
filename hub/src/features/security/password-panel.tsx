import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useChange } from "#hub/api/use-api.ts";
import { OneForm } from "#hub/features/sign-in/one-form.tsx";
import { sessionKey } from "#hub/session/session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Panel } from "#hub/ui/panel.tsx";

/** Changing the password; the session goes on under another token. */
export function PasswordPanel({ hasPassword }: { hasPassword: boolean }) {
  const { security, signIn } = useTexts();
  const queryClient = useQueryClient();
  const [round, setRound] = useState(0);
  const change = useChange("POST /api/v1/auth/password", {
    isQuiet: true,
    done: security.changed,
    refreshes: ["GET /api/v1/auth/security"],
    onDone: () => {
      setRound(round + 1);
      void queryClient.invalidateQueries({ queryKey: sessionKey });
    },
  });
  return (
    <Panel title={security.password} lead={hasPassword ? security.passwordLead : security.noPassword}>
      {hasPassword && (
        <OneForm
          key={round}
          fields={[
            { name: "current_password", label: security.current, kind: "current-password" },
            {
              name: "new_password",
              label: signIn.newPassword,
              hint: signIn.passwordHint,
              kind: "new-password",
            },
          ]}
          send={security.change}
          isBusy={change.isPending}
          error={change.error}
          onSend={({ current_password = "", new_password = "" }) =>
            change.mutate({ body: { current_password, new_password } })
          }
          testId="change-password"
        />
      )}
    </Panel>
  );
}
