import { useChange } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { OneForm } from "../one-form.tsx";

/** A new account: what the mail's link will finish. */
export function RegisterStep() {
  const { signIn } = useTexts();
  const register = useChange("POST /api/v1/auth/register", { isQuiet: true });
  if (register.isSuccess)
    return (
      <p role="status" data-testid="register-sent">
        {signIn.register.sent}
      </p>
    );
  return (
    <OneForm
      fields={[
        { name: "email", label: signIn.email, kind: "email" },
        { name: "display_name", label: signIn.displayName, kind: "text" },
        { name: "password", label: signIn.password, hint: signIn.passwordHint, kind: "new-password" },
      ]}
      send={signIn.register.send}
      isBusy={register.isPending}
      error={register.error}
      onSend={({ email = "", password = "", display_name = "" }) =>
        register.mutate({ body: { email, password, display_name } })
      }
      testId="register"
    />
  );
}

/** The way back in over the mail. */
export function ForgottenStep() {
  const { signIn } = useTexts();
  const forgotten = useChange("POST /api/v1/auth/password/forgotten", { isQuiet: true });
  if (forgotten.isSuccess)
    return (
      <p role="status" data-testid="forgotten-sent">
        {signIn.forgotten.sent}
      </p>
    );
  return (
    <OneForm
      fields={[{ name: "email", label: signIn.email, kind: "email" }]}
      send={signIn.forgotten.send}
      isBusy={forgotten.isPending}
      error={forgotten.error}
      onSend={({ email = "" }) => forgotten.mutate({ body: { email } })}
      testId="forgotten"
    />
  );
}
