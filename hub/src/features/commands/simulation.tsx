import { Button, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import type { DataOf } from "#hub/api/call.ts";
import { useChange } from "#hub/api/use-api.ts";
import { roles } from "#hub/session/session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { fieldErrors } from "#hub/ui/form.ts";
import { Panel } from "#hub/ui/panel.tsx";
import { StatusMark, type Tone } from "#hub/ui/status-mark.tsx";
import styles from "./page.module.css";
import { channelOptions, useChannels } from "./use-channels.ts";

type Execution = DataOf<"POST /api/v1/router/simulations">["execution"];
const tones: Record<Execution["status"], Tone> = {
  success: "good",
  refused: "bad",
  failed: "bad",
  ignored: "idle",
};

/** What would happen if somebody else wrote this: the dry planner with today's settings. */
export function Simulation() {
  const { commands, problem } = useTexts();
  const texts = commands.simulate;
  const channels = useChannels();
  const [found, setFound] = useState<Execution | null>(null);
  const form = useForm({ initialValues: { entity_id: "", user_key: "", platform_role: "", text: "" } });
  const run = useChange("POST /api/v1/router/simulations", {
    isQuiet: true,
    onDone: ({ execution }) => setFound(execution),
  });
  const first = channels[0];
  const entityId = form.values.entity_id || (first?.entity_id ?? "");
  const submit = form.onSubmit(({ user_key, platform_role, text }) => {
    const role = roles.find((one) => one === platform_role);
    const platform = entityId.split(":")[0] ?? "";
    const body = { entity_id: entityId, user_key: user_key || `${platform}:1`, text };
    run.mutate(
      { body: role ? { ...body, platform_role: role } : body },
      {
        onError: (error) => {
          setFound(null);
          const errors = fieldErrors(error);
          form.setErrors(Object.keys(errors).length > 0 ? errors : { text: problem.title });
        },
      },
    );
  });
  return (
    <div className={styles.below}>
      <Panel title={texts.title} lead={texts.lead} testId="simulation">
        <form onSubmit={submit} className={styles.fields} noValidate>
          <div className={styles.pair}>
            <Select
              label={texts.channel}
              data={channelOptions(channels)}
              allowDeselect={false}
              {...form.getInputProps("entity_id")}
              value={entityId}
            />
            <TextInput
              label={texts.user}
              description={texts.userHint}
              placeholder={`${entityId.split(":")[0]}:1`}
              data-testid="simulate-user"
              {...form.getInputProps("user_key")}
            />
            <Select
              label={texts.role}
              data={[
                { value: "", label: texts.nobody },
                ...roles.map((value) => ({ value, label: commands.roles[value] })),
              ]}
              allowDeselect={false}
              {...form.getInputProps("platform_role")}
            />
          </div>
          <TextInput label={texts.text} data-testid="simulate-text" {...form.getInputProps("text")} />
          <div>
            <Button type="submit" variant="default" loading={run.isPending} data-testid="simulate-run">
              {texts.run}
            </Button>
          </div>
        </form>
        {found && <Outcome execution={found} />}
      </Panel>
    </div>
  );
}

function Outcome({ execution }: { execution: Execution }) {
  const { simulate } = useTexts().commands;
  const { status, message, module, rights, rules } = execution;
  return (
    <div className={styles.result} role="status" data-testid="simulation-result">
      <StatusMark tone={tones[status]}>{simulate.outcome[status]}</StatusMark>
      {message !== null && <p>{message}</p>}
      {module !== null && <p>{simulate.module(module)}</p>}
      {rights !== null && <p>{`${simulate.rights(rights.required, rights.actual)} (${rights.because})`}</p>}
      {rules.map(({ id, isShadow }) => (
        <p key={id}>{isShadow ? simulate.shadow(String(id)) : simulate.rule(String(id))}</p>
      ))}
    </div>
  );
}
