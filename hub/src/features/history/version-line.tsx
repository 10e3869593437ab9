import { Badge, Button } from "@mantine/core";
import type { DataOf } from "#hub/api/call.ts";
import { useChange } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import styles from "./page.module.css";

export type Version = DataOf<"GET /api/v1/communities/{community_id}/versions">["versions"][number];

/** What undoing may change of what other pages show. */
const refreshes = [
  "GET /api/v1/communities/{community_id}/versions",
  "GET /api/v1/communities/{community_id}",
  "GET /api/v1/communities/{community_id}/timers",
  "GET /api/v1/router/commands",
  "GET /api/v1/router/string-rules",
  "GET /api/v1/router/communities/{id}/modules",
] as const;

/** One change: what, by whom, when; its difference on demand, and its way back while nothing came after. */
export function VersionLine({ version }: { version: Version }) {
  const { history: texts } = useTexts();
  const { id } = useCommunity();
  const undo = useChange("POST /api/v1/communities/{community_id}/versions/{version_id}/undo", {
    refreshes,
    done: texts.undone,
  });
  const { kind, label, origin, actor, actor_name, is_latest, undone_by } = version;
  const ending = undone_by === null ? texts.isOlder : texts.isUndone;
  return (
    <li className={styles.version} data-testid="version" data-kind={kind}>
      <div className={styles.line}>
        <span className={styles.words}>
          <Badge variant="default">{texts.kinds[kind]}</Badge> <strong>{label}</strong>{" "}
          {verbFor(version, texts)}
          <br />
          <span className={styles.muted}>
            {texts.by(actor_name ?? actor)} · <Moment at={version.at} />
            {origin !== "change" && ` · ${texts.origins[origin]}`}
          </span>
        </span>
        {is_latest ? (
          <Button
            size="xs"
            variant="default"
            leftSection={<Icon name="undo" size={14} />}
            aria-label={texts.undoOf(label)}
            loading={undo.isPending}
            onClick={() => undo.mutate({ params: { community_id: id, version_id: version.id } })}
            data-testid="undo"
          >
            {texts.undo}
          </Button>
        ) : (
          <span className={styles.muted}>{ending}</span>
        )}
      </div>
      <details>
        <summary>{texts.show(label)}</summary>
        <Difference version={version} />
      </details>
    </li>
  );
}

/** Modules and switches are always there: without a row of their own they are as usual. */
function verbFor({ kind, before, after }: Version, texts: ReturnType<typeof useTexts>["history"]): string {
  const isAlwaysThere = kind === "module" || kind === "command_switch";
  if (after === null) return isAlwaysThere ? texts.reset : texts.removed;
  if (before !== null) return texts.changed;
  return isAlwaysThere ? texts.set : texts.made;
}

function Difference({ version }: { version: Version }) {
  const { history: texts } = useTexts();
  return (
    <div className={styles.scroll}>
      <table className={styles.diff}>
        <thead>
          <tr>
            <th scope="col">{texts.field}</th>
            <th scope="col">{texts.before}</th>
            <th scope="col">{texts.after}</th>
          </tr>
        </thead>
        <tbody>
          {version.changes.map(({ field, before, after }) => (
            <tr key={field}>
              <th scope="row">{field}</th>
              <td className={styles.before}>{sayValue(before, texts.nothing)}</td>
              <td className={styles.after}>{sayValue(after, texts.nothing)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function sayValue(value: unknown, nothing: string): string {
  if (value === undefined || value === null || value === "") return nothing;
  return typeof value === "string" ? value : JSON.stringify(value);
}
