import { useChange } from "#hub/api/use-api.ts";
import { useSession } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { OneForm } from "../one-form.tsx";
import { useEntered } from "../use-entered.ts";
import { useLinkToken } from "./link-token.ts";

/** Where the mail of a new account leads: the password shows that it was one's own. */
export function VerifyStep() {
  const { signIn } = useTexts();
  const token = useLinkToken();
  const onEntered = useEntered("/");
  const verify = useChange("POST /api/v1/auth/verify-email", {
    isQuiet: true,
    onDone: (data) => void onEntered(data),
  });
  return (
    <OneForm
      fields={[{ name: "password", label: signIn.password, kind: "current-password" }]}
      send={signIn.verify.send}
      isBusy={verify.isPending}
      error={verify.error}
      onSend={({ password = "" }) => verify.mutate({ body: { token, password } })}
      testId="verify"
    />
  );
}

/** Where the mail for a forgotten password leads. */
export function ResetStep() {
  const { signIn } = useTexts();
  const token = useLinkToken();
  const reset = useChange("POST /api/v1/auth/password/reset", { isQuiet: true });
  if (reset.isSuccess)
    return (
      <p role="status" data-testid="reset-done">
        {signIn.reset.done}
      </p>
    );
  return (
    <OneForm
      fields={[
        { name: "new_password", label: signIn.newPassword, hint: signIn.passwordHint, kind: "new-password" },
      ]}
      send={signIn.reset.send}
      isBusy={reset.isPending}
      error={reset.error}
      onSend={({ new_password = "" }) => reset.mutate({ body: { token, new_password } })}
      testId="reset"
    />
  );
}

/** After a password that somebody else gave: nothing else is open before. */
export function OwnPasswordStep({ back }: { back: string }) {
  const { signIn } = useTexts();
  // Asking who one is brings the token that a change must carry.
  useSession();
  const onEntered = useEntered(back);
  const change = useChange("POST /api/v1/auth/password", {
    isQuiet: true,
    onDone: () => void onEntered({ stage: "full" }),
  });
  return (
    <OneForm
      fields={[
        { name: "new_password", label: signIn.newPassword, hint: signIn.passwordHint, kind: "new-password" },
      ]}
      send={signIn.own.send}
      isBusy={change.isPending}
      error={change.error}
      onSend={({ new_password }) => change.mutate({ body: { new_password: new_password ?? "" } })}
      testId="own-password"
    />
  );
}
