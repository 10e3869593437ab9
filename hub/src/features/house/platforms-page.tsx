import { Button } from "@mantine/core";
import type { DataOf } from "#hub/api/call.ts";
import { useApi, useChange } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { StatusMark } from "#hub/ui/status-mark.tsx";
import styles from "./house.module.css";

const route = "GET /api/v1/superadmin/platforms";
type Setup = DataOf<typeof route>["platforms"][number];

function PlatformPanel({ setup }: { setup: Setup }) {
  const texts = useTexts().house.platforms;
  const { platform, can_connect, variables } = setup;
  const test = useChange("POST /api/v1/superadmin/platforms/{platform}/test");
  const said = test.data?.is_ok ? texts.testOk(platform) : texts.testBad(test.data?.problem ?? "");
  return (
    <Panel
      title={platform}
      testId={`platform-${platform}`}
      aside={
        variables.length > 0 && (
          <StatusMark tone={can_connect ? "good" : "idle"}>
            {can_connect ? texts.ready : texts.notReady}
          </StatusMark>
        )
      }
    >
      {variables.length === 0 ? (
        <p>{texts.nothingNeeded}</p>
      ) : (
        <>
          <ul className={styles.facts}>
            {variables.map(({ name, is_set }) => (
              <li key={name}>
                <code>{name}</code>
                <StatusMark tone={is_set ? "good" : "bad"}>{is_set ? texts.set : texts.missing}</StatusMark>
              </li>
            ))}
          </ul>
          <Button
            variant="default"
            loading={test.isPending}
            onClick={() => test.mutate({ params: { platform } })}
            data-testid={`test-${platform}`}
          >
            {texts.test}
          </Button>
          {test.data && (
            <p role="status" data-testid={`tested-${platform}`}>
              <StatusMark tone={test.data.is_ok ? "good" : "bad"}>{said}</StatusMark>
            </p>
          )}
        </>
      )}
    </Panel>
  );
}

/** What each platform has been told. */
export function HousePlatformsPage() {
  const texts = useTexts().house.platforms;
  const found = useApi(route);
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead} />
      <Loaded query={found}>
        {({ platforms }) => (
          <div className={styles.panels}>
            {platforms.map((setup) => (
              <PlatformPanel key={setup.platform} setup={setup} />
            ))}
          </div>
        )}
      </Loaded>
    </>
  );
}
