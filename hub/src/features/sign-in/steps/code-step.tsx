import { useEffect } from "react";
import { keepCsrfToken } from "#hub/api/csrf.ts";
import { useApi, useChange } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { OneForm } from "../one-form.tsx";
import { useEntered } from "../use-entered.ts";

/** The code of the second factor, after the password or the platform. */
export function CodeStep({ back }: { back: string }) {
  const { signIn } = useTexts();
  const stage = useApi("GET /api/v1/auth/stage");
  const token = stage.data?.csrfToken;
  useEffect(() => keepCsrfToken(token), [token]);
  const onEntered = useEntered(back);
  const verify = useChange("POST /api/v1/auth/totp/verify", {
    isQuiet: true,
    onDone: (data) => void onEntered(data),
  });
  if (stage.isError || (stage.data && stage.data.stage !== "code"))
    return <p role="status">{signIn.code.over}</p>;
  return (
    <OneForm
      fields={[{ name: "code", label: signIn.code.label, kind: "code" }]}
      send={signIn.code.send}
      isBusy={verify.isPending || stage.isPending}
      error={verify.error}
      onSend={({ code = "" }) => verify.mutate({ body: { code } })}
      testId="code"
    />
  );
}
