import { Button, Code, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useChange } from "#hub/api/use-api.ts";
import { OneForm } from "#hub/features/sign-in/one-form.tsx";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { QrPicture } from "./qr-picture.tsx";

interface Props {
  hasPassword: boolean;
  isOn: boolean;
  codesLeft: number;
}

const refreshes = ["GET /api/v1/auth/security"] as const;

/** The second factor: set up, confirmed, its codes shown once, and taken away with one of them. */
export function FactorPanel({ hasPassword, isOn, codesLeft }: Props) {
  const { security, signIn } = useTexts();
  const [codes, setCodes] = useState<readonly string[]>();
  const begin = useChange("POST /api/v1/auth/totp", { isQuiet: true });
  const confirm = useChange("POST /api/v1/auth/totp/confirm", {
    isQuiet: true,
    refreshes,
    onDone: ({ recovery_codes }) => setCodes(recovery_codes),
  });
  const remove = useChange("POST /api/v1/auth/totp/remove", {
    isQuiet: true,
    done: security.removed,
    refreshes,
    onDone: () => begin.reset(),
  });
  if (codes)
    return (
      <Panel title={security.codesTitle} lead={security.codesText}>
        <Stack gap="md">
          <Code block data-testid="recovery-codes">
            {codes.join("\n")}
          </Code>
          <Button onClick={() => setCodes(undefined)} data-testid="codes-kept">
            {security.kept}
          </Button>
        </Stack>
      </Panel>
    );
  if (isOn)
    return (
      <Panel title={security.factor} lead={security.factorOn(String(codesLeft))}>
        <Text>{security.removeLead}</Text>
        <OneForm
          fields={[{ name: "code", label: security.code, kind: "code" }]}
          send={security.remove}
          isBusy={remove.isPending}
          error={remove.error}
          onSend={({ code = "" }) => remove.mutate({ body: { code } })}
          testId="factor-remove"
        />
      </Panel>
    );
  if (begin.data)
    return (
      <Panel title={security.factor} lead={security.scan}>
        <Stack gap="md">
          <QrPicture text={begin.data.uri} label={security.qr} />
          <Code block data-testid="factor-secret">
            {begin.data.secret}
          </Code>
          <OneForm
            fields={[{ name: "code", label: security.code, kind: "code" }]}
            send={security.confirm}
            isBusy={confirm.isPending}
            error={confirm.error}
            onSend={({ code = "" }) => confirm.mutate({ body: { code } })}
            testId="factor-confirm"
          />
        </Stack>
      </Panel>
    );
  return (
    <Panel title={security.factor} lead={security.factorOff}>
      <OneForm
        fields={hasPassword ? [{ name: "password", label: signIn.password, kind: "current-password" }] : []}
        send={security.begin}
        isBusy={begin.isPending}
        error={begin.error}
        onSend={({ password }) => begin.mutate({ body: password === undefined ? {} : { password } })}
        testId="factor-begin"
      />
    </Panel>
  );
}
