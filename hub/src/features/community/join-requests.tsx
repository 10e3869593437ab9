import { Button } from "@mantine/core";
import { useApi, useChange } from "#hub/api/use-api.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import styles from "./page.module.css";

/** Who waits to be let in. */
export function JoinRequests() {
  const { requests: texts } = useTexts().community;
  const { id } = useCommunity();
  const list = useApi("GET /api/v1/communities/{community_id}/join-requests", {
    params: { community_id: id },
    query: { status: "pending" },
  });
  const decide = useChange("PUT /api/v1/communities/{community_id}/join-requests/{request_id}", {
    refreshes: [
      "GET /api/v1/communities/{community_id}/join-requests",
      "GET /api/v1/communities/{community_id}/members",
      "GET /api/v1/communities/{community_id}/member-pages",
    ],
  });
  const say = (requestId: number, status: "approved" | "rejected") =>
    decide.mutate({ params: { community_id: id, request_id: requestId }, body: { status } });
  return (
    <Loaded query={list}>
      {({ requests }) =>
        requests.length === 0 ? (
          <p className={styles.muted}>{texts.empty}</p>
        ) : (
          <ul className={styles.list}>
            {requests.map((one) => (
              <li key={one.id}>
                <span className={styles.grow}>
                  <strong>{one.user_key}</strong> <Moment at={one.created_at} />
                  {one.message !== "" && <p className={styles.muted}>{one.message}</p>}
                </span>
                <Button size="xs" loading={decide.isPending} onClick={() => say(one.id, "approved")}>
                  {texts.approve}
                </Button>
                <Button
                  size="xs"
                  variant="default"
                  loading={decide.isPending}
                  onClick={() => say(one.id, "rejected")}
                >
                  {texts.reject}
                </Button>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
