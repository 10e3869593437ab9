import { ActionIcon, Badge, Button, SegmentedControl, TextInput } from "@mantine/core";
import { useState } from "react";
import type { DataOf } from "#hub/api/call.ts";
import { useApi } from "#hub/api/use-api.ts";
import { useMay } from "#hub/session/use-may.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { type Column, DataTable } from "#hub/ui/data-table.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { StatusMark } from "#hub/ui/status-mark.tsx";
import { CommandEditor } from "./command-editor.tsx";
import styles from "./page.module.css";
import { Simulation } from "./simulation.tsx";

export type Command = DataOf<"GET /api/v1/router/commands">["commands"][number];
type Filter = "all" | "house" | "own" | "alias";
const filters: readonly Filter[] = ["all", "house", "own", "alias"];

function isShown(command: Command, filter: Filter, search: string): boolean {
  const isAlias = command.module_id === "alias" && command.community_id !== null;
  const isOwn = command.community_id !== null && !isAlias;
  if (filter === "house" && command.community_id !== null) return false;
  if (filter === "own" && !isOwn) return false;
  if (filter === "alias" && !isAlias) return false;
  const words = `${command.prefix}${command.command} ${command.description} ${command.module_id}`;
  return words.toLowerCase().includes(search.trim().toLowerCase());
}

/** The registry as the community has it, each row to be changed, and a line to be tried as somebody else. */
export function CommandsPage() {
  const { commands: texts } = useTexts();
  const { id } = useCommunity();
  const mayChange = useMay("admin");
  const [filter, setFilter] = useState<Filter>("all");
  const [search, setSearch] = useState("");
  const [edited, setEdited] = useState<Command | "new" | null>(null);
  const list = useApi("GET /api/v1/router/commands", {
    query: { community_id: id, enabled_only: "false", limit: 1000 },
  });
  return (
    <>
      <PageHeader title={texts.title} lead={mayChange ? texts.lead : `${texts.lead} ${texts.readOnly}`}>
        {mayChange && (
          <Button
            leftSection={<Icon name="plus" size={16} />}
            onClick={() => setEdited("new")}
            data-testid="command-new"
          >
            {texts.add}
          </Button>
        )}
      </PageHeader>
      <div className={styles.tools}>
        <TextInput
          className={styles.search}
          aria-label={texts.search}
          placeholder={texts.search}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          data-testid="command-search"
        />
        <SegmentedControl
          aria-label={texts.filter}
          value={filter}
          onChange={(value) => setFilter(filters.find((one) => one === value) ?? "all")}
          data={filters.map((value) => ({ value, label: texts.filters[value] }))}
        />
      </div>
      <Loaded query={list}>
        {({ commands }) => (
          <DataTable
            label={texts.title}
            rows={commands.filter((one) => isShown(one, filter, search))}
            rowKey={(one) => one.id}
            columns={columnsFor(texts, mayChange ? setEdited : undefined)}
            empty={<EmptyState {...texts.empty} />}
            testId="commands"
          />
        )}
      </Loaded>
      <Simulation />
      {edited && (
        <CommandEditor command={edited === "new" ? undefined : edited} onClose={() => setEdited(null)} />
      )}
    </>
  );
}

function columnsFor(
  texts: ReturnType<typeof useTexts>["commands"],
  onEdit: ((command: Command) => void) | undefined,
): Column<Command>[] {
  const { columns } = texts;
  const levels: Readonly<Record<string, string>> = texts.levels;
  const edit: Column<Command> = {
    key: "actions",
    title: columns.actions,
    width: "72px",
    render: (one) => {
      const label = texts.edit(one.prefix + one.command);
      return (
        <ActionIcon variant="subtle" aria-label={label} title={label} onClick={() => onEdit?.(one)}>
          <Icon name="pencil" size={16} />
        </ActionIcon>
      );
    },
  };
  return [
    {
      key: "word",
      title: columns.word,
      width: "minmax(150px, 1fr)",
      render: (one) => (
        <>
          <code className={styles.word}>{one.prefix + one.command}</code>{" "}
          <Badge size="xs" variant="default">
            {one.community_id === null ? texts.builtIn : texts.ours}
          </Badge>
        </>
      ),
    },
    {
      key: "description",
      title: columns.description,
      width: "minmax(200px, 2fr)",
      render: (one) => one.description,
    },
    { key: "module", title: columns.module, width: "120px", render: (one) => one.module_id },
    {
      key: "level",
      title: columns.level,
      width: "130px",
      render: (one) => levels[one.permission_level] ?? one.permission_level,
    },
    {
      key: "cooldown",
      title: columns.cooldown,
      width: "100px",
      render: (one) => texts.seconds(String(one.cooldown_seconds)),
    },
    {
      key: "cost",
      title: columns.cost,
      width: "90px",
      render: (one) => (one.point_cost > 0 ? String(one.point_cost) : texts.free),
    },
    {
      key: "state",
      title: columns.state,
      width: "130px",
      render: (one) => {
        if (one.is_enabled) return <StatusMark tone="good">{texts.on}</StatusMark>;
        return <StatusMark tone="idle">{one.is_active ? texts.moduleOff : texts.off}</StatusMark>;
      },
    },
    ...(onEdit ? [edit] : []),
  ];
}
