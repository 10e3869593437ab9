import { Button, Checkbox, Group, NumberInput, Stack, TextInput } from "@mantine/core";
import * as z from "zod";
import { useChange } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { fieldErrors, useSchemaForm } from "#hub/ui/form.ts";
import { ProblemPanel } from "#hub/ui/problem-panel.tsx";
import { toKeyBody } from "./to-key-body.ts";

const kinds = ["trigger", "action", "user", "admin"] as const;

interface Props {
  communityId: number;
  onMade: (key: string) => void;
  onCancel: () => void;
}

/** A new key. What the server does not take is said beside its field. */
export function KeyForm({ communityId, onMade, onCancel }: Props) {
  const { keys, parts } = useTexts();
  const schema = z.object({
    name: z.string().trim().min(1, keys.needName),
    roles: z.array(z.enum(kinds)).min(1, keys.needRole),
    scopes: z.string(),
    expires_at: z.string().refine((text) => text === "" || Date.parse(text) > Date.now(), keys.inPast),
    limit_per_minute: z.union([z.number(), z.string()]),
  });
  const form = useSchemaForm(schema, {
    name: "",
    roles: [] as (typeof kinds)[number][],
    scopes: "",
    expires_at: "",
    limit_per_minute: "" as number | string,
  });
  const create = useChange("POST /api/v1/communities/{community_id}/keys", {
    refreshes: ["GET /api/v1/communities/{community_id}/keys"],
    onDone: ({ key }) => onMade(key),
    isQuiet: true,
  });
  const submit = form.onSubmit((values) => {
    const wish = { params: { community_id: communityId }, body: toKeyBody(values) };
    create.mutate(wish, { onError: (error) => form.setErrors(fieldErrors(error)) });
  });
  const isFieldless = create.error !== null && Object.keys(fieldErrors(create.error)).length === 0;
  return (
    <form onSubmit={submit} data-testid="key-form">
      <Stack gap="md">
        <TextInput
          label={keys.name}
          description={keys.nameHint}
          maxLength={100}
          data-autofocus
          data-testid="key-name"
          {...form.getInputProps("name")}
        />
        <Checkbox.Group label={keys.roles} {...form.getInputProps("roles")}>
          <Stack gap={8} mt={6}>
            {kinds.map((kind) => (
              <Checkbox key={kind} value={kind} label={keys.roleNames[kind]} data-testid={`role-${kind}`} />
            ))}
          </Stack>
        </Checkbox.Group>
        <TextInput label={keys.scopes} description={keys.scopesHint} {...form.getInputProps("scopes")} />
        <TextInput
          type="datetime-local"
          label={keys.expires}
          description={keys.expiresHint}
          {...form.getInputProps("expires_at")}
        />
        <NumberInput
          label={keys.limit}
          description={keys.limitHint}
          min={1}
          max={1_000_000}
          allowDecimal={false}
          {...form.getInputProps("limit_per_minute")}
        />
        {isFieldless && <ProblemPanel error={create.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {parts.cancel}
          </Button>
          <Button type="submit" loading={create.isPending} data-testid="key-make">
            {keys.create}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
