import { Button, Group, Stack, Text } from "@mantine/core";
import type { DataOf } from "#hub/api/call.ts";
import { useChange } from "#hub/api/use-api.ts";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { Panel } from "#hub/ui/panel.tsx";

const route = "GET /api/v1/auth/security";
type Sessions = DataOf<typeof route>["sessions"];

/** Each browser that is signed in, with a way to sign it out. */
export function SessionsPanel({ sessions }: { sessions: Sessions }) {
  const { security } = useTexts();
  const options = { refreshes: [route], done: security.ended } as const;
  const end = useChange("DELETE /api/v1/auth/sessions/{id}", options);
  const endOthers = useChange("POST /api/v1/auth/sessions/end-others", options);
  return (
    <Panel title={security.sessions} testId="sessions">
      <Stack gap="md">
        {sessions.map(({ id, user_agent, created_at, is_this }) => (
          <Group key={id} justify="space-between">
            <div>
              <Text>{user_agent ?? security.unknownBrowser}</Text>
              <Text size="sm">
                {is_this ? security.thisOne : security.since} <Moment at={created_at} />
              </Text>
            </div>
            {!is_this && (
              <Button
                variant="default"
                size="compact-sm"
                loading={end.isPending}
                onClick={() => end.mutate({ params: { id } })}
              >
                {security.end}
              </Button>
            )}
          </Group>
        ))}
        {sessions.length > 1 && (
          <Button variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate({})}>
            {security.endOthers}
          </Button>
        )}
      </Stack>
    </Panel>
  );
}
