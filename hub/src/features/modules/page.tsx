import { Badge, Button, Switch } from "@mantine/core";
import { useState } from "react";
import type { DataOf } from "#hub/api/call.ts";
import { useApi, useChange } from "#hub/api/use-api.ts";
import { useMay } from "#hub/session/use-may.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { ModuleDocs } from "./module-docs.tsx";
import styles from "./page.module.css";
import { SettingsForm } from "./settings-form.tsx";

export type Module = DataOf<"GET /api/v1/router/communities/{id}/modules">["modules"][number];
export const moduleReads = [
  "GET /api/v1/router/communities/{id}/modules",
  "GET /api/v1/router/commands",
] as const;

/** Which modules the community has on, their settings, and how to use them. */
export function ModulesPage() {
  const { modules: texts } = useTexts();
  const { id } = useCommunity();
  const mayChange = useMay("admin");
  const [opened, setOpened] = useState<{ module: Module; part: "settings" | "docs" } | null>(null);
  const list = useApi("GET /api/v1/router/communities/{id}/modules", { params: { id } });
  const close = () => setOpened(null);
  return (
    <>
      <PageHeader title={texts.title} lead={mayChange ? texts.lead : `${texts.lead} ${texts.readOnly}`} />
      <Loaded query={list}>
        {({ modules }) => (
          <div className={styles.grid} data-testid="modules">
            {modules.map((module) => (
              <ModuleCard
                key={module.module}
                module={module}
                onOpen={(part) => setOpened({ module, part })}
              />
            ))}
          </div>
        )}
      </Loaded>
      {opened?.part === "settings" && <SettingsForm module={opened.module} onClose={close} />}
      {opened?.part === "docs" && <ModuleDocs module={opened.module} onClose={close} />}
    </>
  );
}

function ModuleCard({ module, onOpen }: { module: Module; onOpen: (part: "settings" | "docs") => void }) {
  const { modules: texts } = useTexts();
  const { id } = useCommunity();
  const mayChange = useMay("admin");
  const change = useChange("PUT /api/v1/router/communities/{id}/modules/{name}", { refreshes: moduleReads });
  const { title, module: name, is_enabled, description, version, module_type } = module;
  return (
    <Panel
      title={title}
      lead={version === null ? texts[module_type] : `${texts.version(version)} · ${texts[module_type]}`}
      testId={`module-${name}`}
      aside={
        <Switch
          aria-label={texts.isOn(title)}
          checked={is_enabled}
          disabled={!mayChange || change.isPending}
          onChange={(event) =>
            change.mutate({ params: { id, name }, body: { is_enabled: event.currentTarget.checked } })
          }
        />
      }
    >
      <p className={styles.description}>{description}</p>
      <div className={styles.foot}>
        <Badge variant="default">{is_enabled ? texts.on : texts.off}</Badge>
        <Button size="xs" variant="default" onClick={() => onOpen("docs")}>
          {texts.docs}
        </Button>
        {mayChange && (
          <Button
            size="xs"
            variant="default"
            onClick={() => onOpen("settings")}
            data-testid={`settings-${name}`}
          >
            {texts.settings}
          </Button>
        )}
      </div>
    </Panel>
  );
}
