import { Button } from "@mantine/core";
import type { DataOf } from "#hub/api/call.ts";
import { useApi, useChange } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { Panel } from "#hub/ui/panel.tsx";
import { StatusMark, type Tone } from "#hub/ui/status-mark.tsx";
import styles from "./page.module.css";

const route = "GET /api/v1/twitch/subscriptions";
type Subscription = DataOf<typeof route>["subscriptions"][number];

function toneOf({ status, needs_owner }: Subscription): Tone {
  if (status === "enabled") return "good";
  if (needs_owner) return "bad";
  return status === "pending" ? "busy" : "warn";
}

/** Every EventSub subscription with its mark and, where it is not green, what is to be done. */
export function TwitchPanel({ communityId }: { communityId: number }) {
  const { connections: texts } = useTexts();
  const subscriptions = useApi(route, { query: { community_id: communityId } });
  const retry = useChange("POST /api/v1/twitch/subscriptions/retry", {
    refreshes: [route],
    done: ({ count }) => texts.retried(count),
  });
  const states: Record<string, string> = texts.subscriptionStates;
  return (
    <Loaded query={subscriptions}>
      {(data) =>
        data.subscriptions.length > 0 && (
          <Panel
            title={texts.subscriptions}
            lead={texts.subscriptionsLead}
            testId="twitch-subscriptions"
            aside={
              <Button
                variant="default"
                size="compact-sm"
                loading={retry.isPending}
                onClick={() => retry.mutate({ body: { community_id: communityId } })}
              >
                {texts.retry}
              </Button>
            }
          >
            <ul className={styles.accounts}>
              {data.subscriptions.map((one) => (
                <li key={`${one.entity_id} ${one.type} ${one.version}`} className={styles.account}>
                  <div className={styles.words}>
                    <StatusMark
                      tone={toneOf(one)}
                    >{`${one.type}: ${states[one.status] ?? one.status}`}</StatusMark>
                    {(one.problem !== null || one.needs_owner) && (
                      <p className={styles.problem}>{one.problem ?? texts.needsOwner}</p>
                    )}
                  </div>
                  <span className={styles.small}>
                    <Moment at={one.updated_at} />
                  </span>
                </li>
              ))}
            </ul>
          </Panel>
        )
      }
    </Loaded>
  );
}
