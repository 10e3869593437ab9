import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { apiQuery, useApi, useChange } from "#hub/api/use-api.ts";
import { useConnect } from "#hub/features/connections/queries.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { LinkButton } from "#hub/ui/link-button.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { platformName } from "#hub/ui/platform-name.ts";
import { ownChannelOf } from "./own-channel.ts";
import styles from "./start.module.css";
import { Step, type StepState } from "./step.tsx";

const overviewRoute = "GET /api/v1/communities/{community_id}/overview";
const lookAgainMs = 3000;

function ChannelStep({ communityId, isIn }: { communityId: number; isIn: boolean }) {
  const { start } = useTexts();
  const { channel: texts } = start.steps;
  const members = useApi("GET /api/v1/communities/{community_id}/members", {
    params: { community_id: communityId },
  });
  const owners = members.data?.members.filter(({ role }) => role === "owner") ?? [];
  const own = ownChannelOf(owners.map(({ user_key }) => user_key));
  const attach = useChange("POST /api/v1/communities/{community_id}/platforms/{platform}", {
    refreshes: [overviewRoute],
  });
  return (
    <Step title={texts.title} text={texts.text} state={isIn ? "done" : "open"} testId="step-channel">
      <div className={styles.actions}>
        {own && !isIn && (
          <Button
            loading={attach.isPending}
            onClick={() =>
              attach.mutate({
                params: { community_id: communityId, platform: own.platform },
                body: { server_id: own.serverId },
              })
            }
            data-testid="attach-own"
          >
            {texts.action}
          </Button>
        )}
        <span className={styles.small}>{texts.fix}</span>
      </div>
    </Step>
  );
}

function PermissionStep({ communityId, slug }: { communityId: number; slug: string }) {
  const { start, connections: connectionTexts } = useTexts();
  const { permissions: texts } = start.steps;
  const offers = useApi("GET /api/v1/connections");
  const connections = useQuery({
    ...apiQuery("GET /api/v1/communities/{community_id}/connections", {
      params: { community_id: communityId },
    }),
    refetchInterval: lookAgainMs,
  });
  const { connect, isConnecting } = useConnect(communityId, `/c/${slug}/start`);
  const held = connections.data?.connections ?? [];
  const platforms = offers.data?.platforms ?? [];
  const isBroken = held.some(({ status }) => status !== "active");
  const well: StepState = held.length > 0 ? "done" : "open";
  return (
    <Step title={texts.title} text={texts.text} state={isBroken ? "trouble" : well} testId="step-permissions">
      {isBroken && <p className={styles.problem}>{texts.broken}</p>}
      {offers.data && platforms.length === 0 && <p>{texts.none}</p>}
      {platforms.map(({ platform, roles }) => {
        const role = roles.find((one) => one.role === "owner") ?? roles[0];
        return (
          role && (
            <div key={platform} className={styles.permission}>
              <details>
                <summary>
                  {platformName(platform)}: {connectionTexts.asksFor}
                </summary>
                <ul>
                  {role.scopes.map(({ scope, why }) => (
                    <li key={scope}>{why}</li>
                  ))}
                </ul>
              </details>
              <Button
                variant="default"
                loading={isConnecting}
                onClick={() => connect(platform, role.role)}
                data-testid={`allow-${platform}`}
              >
                {texts.action(platformName(platform))}
              </Button>
            </div>
          )
        );
      })}
    </Step>
  );
}

/** First run: from signed in to a bot that answers, each step with a live mark. */
export function StartPage() {
  const { start: texts } = useTexts();
  const { id, slug } = useCommunity();
  const overview = useQuery({
    ...apiQuery(overviewRoute, { params: { community_id: id } }),
    refetchInterval: lookAgainMs,
  });
  const channels = overview.data?.channels ?? [];
  const isHeard = channels.some(({ last_event_at }) => last_event_at !== null);
  return (
    <div className={styles.page}>
      <PageHeader title={texts.title} lead={texts.lead}>
        <LinkButton variant="default" to="/c/$slug" params={{ slug }} data-testid="finish-start">
          {texts.finish}
        </LinkButton>
      </PageHeader>
      <div className={styles.steps}>
        <Step {...texts.steps.place} state="done" testId="step-place" />
        <ChannelStep communityId={id} isIn={channels.length > 0} />
        <PermissionStep communityId={id} slug={slug} />
        <Step
          title={texts.steps.answer.title}
          text={texts.steps.answer.text}
          state={isHeard ? "done" : "open"}
          testId="step-answer"
        >
          <LinkButton variant="default" to="/rehearsal">
            {texts.steps.answer.action}
          </LinkButton>
        </Step>
      </div>
    </div>
  );
}
