import { Button, FileButton } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call, type DataOf } from "#hub/api/call.ts";
import { problemOf } from "#hub/api/problem.ts";
import { useChange } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { sayProblem } from "#hub/ui/say-problem.ts";
import { toast } from "#hub/ui/toast.ts";
import styles from "./page.module.css";
import { type ConfigurationBody, configurationRoute, readConfiguration } from "./read-configuration.ts";
import { saveAs } from "./save-as.ts";

type Planned = DataOf<typeof configurationRoute>["planned"][number];

interface Look {
  file: ConfigurationBody;
  seen: number;
  planned: readonly Planned[];
}

/** Saves the whole configuration, and reads it back: first what would change, then all of it or nothing. */
export function ConfigurationFile() {
  const texts = useTexts();
  const words = texts.history.file;
  const { id, slug } = useCommunity();
  const queryClient = useQueryClient();
  const [look, setLook] = useState<Look | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const asked = useChange(configurationRoute, { isQuiet: true });
  const params = { community_id: id };

  const save = async () => {
    const answer = await call("GET /api/v1/communities/{community_id}/configuration", { params });
    if (!answer.ok) return toast({ tone: "bad", text: sayProblem(answer.problem, texts) });
    saveAs(`waddlebot-${slug}.json`, JSON.stringify(answer.value.file, null, 2));
  };
  const lookAt = async (chosen: File | null) => {
    setLook(null);
    setWrong(null);
    if (!chosen) return;
    const file = await readConfiguration(chosen);
    if (file === undefined) return setWrong(words.notOurs);
    asked.mutate(
      { params, query: { dry: "true" }, body: file },
      {
        onSuccess: ({ config_version, planned }) => setLook({ file, seen: config_version, planned }),
        onError: (error) => setWrong(sayProblem(problemOf(error), texts)),
      },
    );
  };
  const apply = ({ file, seen }: Look) =>
    asked.mutate(
      { params, query: { seen }, body: file },
      {
        onSuccess: () => {
          setLook(null);
          toast({ tone: "good", text: words.applied });
          void queryClient.invalidateQueries();
        },
        onError: (error) => setWrong(sayProblem(problemOf(error), texts)),
      },
    );
  return (
    <Panel title={words.title} lead={words.lead} testId="configuration-file">
      <div className={styles.buttons}>
        <Button
          variant="default"
          leftSection={<Icon name="download" size={16} />}
          onClick={() => void save()}
          data-testid="export"
        >
          {words.export}
        </Button>
        <FileButton accept="application/json,.json" onChange={(chosen) => void lookAt(chosen)}>
          {(props) => (
            <Button
              {...props}
              variant="default"
              leftSection={<Icon name="upload" size={16} />}
              loading={asked.isPending}
              data-testid="import"
            >
              {words.import}
            </Button>
          )}
        </FileButton>
      </div>
      {wrong !== null && (
        <p role="alert" className={styles.planned} data-testid="import-wrong">
          {words.wrong} {wrong}
        </p>
      )}
      {look && (
        <div role="status" className={styles.look} data-testid="import-planned">
          <p>{look.planned.length === 0 ? words.same : words.looked(String(look.planned.length))}</p>
          <ul className={styles.planned}>
            {look.planned.map((change) => (
              <li key={`${change.kind} ${JSON.stringify(change.before ?? change.after)}`}>
                <PlannedLine change={change} />
              </li>
            ))}
          </ul>
          {look.planned.length > 0 && (
            <Button loading={asked.isPending} onClick={() => apply(look)} data-testid="import-apply">
              {words.apply}
            </Button>
          )}
        </div>
      )}
    </Panel>
  );
}

function PlannedLine({ change }: { change: Planned }) {
  const { history } = useTexts();
  const { file: words, kinds } = history;
  const kind = kinds[change.kind];
  const label = labelOf(change.after ?? change.before ?? {});
  if (change.how === "insert") return words.inserts(kind, label);
  if (change.how === "remove") return words.removes(kind, label);
  return words.updates(kind, label, change.changes.map(({ field }) => field).join(", "));
}

function labelOf(state: Readonly<Record<string, unknown>>): string {
  const { prefix, name, pattern, payload, module, description, url, entity_id } = state;
  if (typeof prefix === "string") return `${prefix}${String(name)}`;
  return String(pattern ?? payload ?? module ?? name ?? (description || url) ?? entity_id ?? "");
}
