import { useChange } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { LinkButton } from "#hub/ui/link-button.tsx";
import { OneForm } from "./one-form.tsx";
import { useEntered } from "./use-entered.ts";

/** Address and password, and the two ways for who has none. */
export function PasswordForm({ back, mayRegister }: { back: string; mayRegister: boolean }) {
  const { signIn } = useTexts();
  const onEntered = useEntered(back);
  const login = useChange("POST /api/v1/auth/login", {
    isQuiet: true,
    onDone: (data) => void onEntered(data),
  });
  return (
    <>
      <OneForm
        fields={[
          { name: "email", label: signIn.email, kind: "email" },
          { name: "password", label: signIn.password, kind: "current-password" },
        ]}
        send={signIn.enter}
        wrong={signIn.wrong}
        isBusy={login.isPending}
        error={login.error}
        onSend={({ email = "", password = "" }) => login.mutate({ body: { email, password } })}
        testId="login"
      />
      <LinkButton to="/sign-in/$step" params={{ step: "forgotten" }} variant="subtle" size="compact-sm">
        {signIn.forgot}
      </LinkButton>
      {mayRegister && (
        <LinkButton to="/sign-in/$step" params={{ step: "register" }} variant="subtle" size="compact-sm">
          {signIn.makeAccount}
        </LinkButton>
      )}
    </>
  );
}
