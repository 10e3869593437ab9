import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { problemOf } from "#hub/api/problem.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { fieldErrors } from "#hub/ui/form.ts";
import { sayProblem } from "#hub/ui/say-problem.ts";

export interface Field {
  /** As the API names it, so that what it says of a field stands there. */
  name: string;
  label: string;
  hint?: string;
  kind: "email" | "text" | "code" | "current-password" | "new-password";
}

interface Props {
  fields: readonly Field[];
  send: string;
  isBusy: boolean;
  /** What the server said to the last try; null for nothing. */
  error: unknown;
  /** Said in place of "you are signed out", where that is what 401 means here. */
  wrong?: string;
  onSend: (values: Record<string, string>) => void;
  testId: string;
}

const completions = { email: "username", code: "one-time-code", text: "nickname" } as const;

/** A few fields and one button, as every step of signing in is one. The server checks them; its words stand beside each. */
export function OneForm({ fields, send, isBusy, error, wrong, onSend, testId }: Props) {
  const texts = useTexts();
  const [values, setValues] = useState<Record<string, string>>({});
  const said: Record<string, string> = error === null ? {} : fieldErrors(error);
  const isElsewhere = error !== null && !fields.some(({ name }) => said[name] !== undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSend(values);
  };
  const common = ({ name, label, hint }: Field) => ({
    label,
    description: hint,
    required: true,
    error: said[name],
    value: values[name] ?? "",
    "data-testid": `${testId}-${name}`,
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      setValues((before) => ({ ...before, [name]: value })),
  });
  return (
    <form onSubmit={submit} data-testid={testId}>
      <Stack gap="md">
        {fields.map((field) =>
          field.kind === "current-password" || field.kind === "new-password" ? (
            <PasswordInput key={field.name} autoComplete={field.kind} maxLength={128} {...common(field)} />
          ) : (
            <TextInput
              key={field.name}
              type={field.kind === "email" ? "email" : "text"}
              autoComplete={completions[field.kind]}
              maxLength={field.kind === "email" ? 254 : 64}
              {...common(field)}
            />
          ),
        )}
        {isElsewhere && (
          <p role="alert" data-testid={`${testId}-problem`}>
            {wrong !== undefined && problemOf(error).kind === "signedOut"
              ? wrong
              : sayProblem(problemOf(error), texts)}
          </p>
        )}
        <Button type="submit" size="md" loading={isBusy} data-testid={`${testId}-send`}>
          {send}
        </Button>
      </Stack>
    </form>
  );
}
