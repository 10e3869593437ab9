import { Button } from "@mantine/core";
import { useApi } from "#hub/api/use-api.ts";
import { useSpeech } from "#hub/texts/use-texts.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { StatusMark } from "#hub/ui/status-mark.tsx";
import styles from "./house.module.css";

/** Whether each part of the house answers. */
export function HouseServicesPage() {
  const { language, texts } = useSpeech();
  const { services } = texts.house;
  const found = useApi("GET /api/v1/superadmin/services");
  const names: Readonly<Record<string, string>> = services.names;
  return (
    <>
      <PageHeader title={services.title} lead={services.lead}>
        <Button
          variant="default"
          leftSection={<Icon name="refresh" />}
          loading={found.isFetching}
          onClick={() => void found.refetch()}
          data-testid="look-again"
        >
          {services.again}
        </Button>
      </PageHeader>
      <Panel>
        <Loaded query={found}>
          {(data) => (
            <ul className={styles.facts} data-testid="services">
              {data.services.map(({ name, is_ok, detail, ms }) => (
                <li key={name}>
                  <strong>{names[name] ?? name}</strong>
                  <StatusMark tone={is_ok ? "good" : "bad"}>
                    {is_ok ? services.answers(ms.toLocaleString(language)) : services.silent(detail ?? "")}
                  </StatusMark>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </Panel>
    </>
  );
}
