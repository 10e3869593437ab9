import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { usePageTitle, useTexts } from "#hub/texts/use-texts.tsx";
import { Notice } from "#hub/ui/notice.tsx";
import { sayStageProblem } from "#hub/ui/say-problem.ts";
import { readStored, writeStored } from "#hub/ui/stored.ts";
import { EventButtons } from "./event-buttons.tsx";
import { OverlayPreview } from "./overlay-preview.tsx";
import styles from "./page.module.css";
import { Pane } from "./pane.tsx";
import { ChatTabs, ConnectionLight, Suggestions, ViewerPicker } from "./parts.tsx";
import { stateKey, useLinkedMessages } from "./queries.ts";
import { answeredEvents } from "./thread.ts";
import { type Stage, useStage } from "./use-stage.ts";
import type { RehearsalState, StagePlatform, Viewer } from "./wire.ts";

function NoStage() {
  const { noStage } = useTexts();
  return (
    <Notice title={noStage.title} text={noStage.text} testId="no-stage">
      <div className={styles.howTo}>
        <h2>{noStage.howTitle}</h2>
        <p>{noStage.how}</p>
        <pre>npm start</pre>
      </div>
    </Notice>
  );
}

function useViewer(viewers: readonly Viewer[]) {
  const [id, setId] = useState(() => readStored("viewer"));
  const viewer = viewers.find((one) => one.id === id) ?? viewers[0];
  const choose = (chosen: Viewer) => {
    writeStored("viewer", chosen.id);
    setId(chosen.id);
  };
  return [viewer, choose] as const;
}

/** Which chat was used last and, on narrow screens, how much of the others has been seen. */
function useActiveChat(platforms: readonly StagePlatform[], counts: (platform: StagePlatform) => number) {
  const [active, setActive] = useState(platforms[0] ?? "twitch");
  const [seen, setSeen] = useState(() => new Map(platforms.map((platform) => [platform, counts(platform)])));
  const choose = (platform: StagePlatform) => {
    if (platform === active) return;
    setSeen(new Map(seen).set(active, counts(active)));
    setActive(platform);
  };
  const hasUnread = (platform: StagePlatform) =>
    platform !== active && counts(platform) > (seen.get(platform) ?? 0);
  return { active, choose, hasUnread };
}

interface BoardProps {
  stage: Stage;
  state: RehearsalState;
  viewer: Viewer;
  onViewer: (viewer: Viewer) => void;
}

function Board({ stage, state, viewer, onViewer }: BoardProps) {
  const { under } = useTexts();
  const isNarrow = useMediaQuery("(max-width: 61.99em)", undefined, { getInitialValueInEffect: false });
  const { thread } = stage;
  const messages = useLinkedMessages(thread.messages);
  const inChat = (platform: StagePlatform) => messages.filter((one) => one.platform === platform);
  const platforms = state.platforms.map(({ name }) => name);
  const { active, choose, hasUnread } = useActiveChat(platforms, (platform) => inChat(platform).length);
  const [drafts, setDrafts] = useState<Partial<Record<StagePlatform, string>>>({});
  const inputs = useRef<Partial<Record<StagePlatform, HTMLInputElement | null>>>({});
  const answered = answeredEvents(messages);
  const draftIn = (platform: StagePlatform, draft: string) =>
    setDrafts((others) => ({ ...others, [platform]: draft }));
  const shown = state.platforms.filter(({ name }) => !isNarrow || name === active);

  return (
    <>
      <div className={styles.controls}>
        <ViewerPicker viewers={state.viewers} chosen={viewer} onChoose={onViewer} />
        <Suggestions
          platform={active}
          draft={drafts[active] ?? ""}
          onPick={(command) => {
            draftIn(active, command);
            inputs.current[active]?.focus();
          }}
        />
      </div>
      <div className={styles.board}>
        <div className={styles.chats}>
          {isNarrow && (
            <ChatTabs platforms={platforms} active={active} unread={hasUnread} onChoose={choose} />
          )}
          {shown.map(({ name, channelName }) => (
            <Pane
              key={name}
              platform={name}
              channelName={channelName}
              isActive={name === active}
              viewer={viewer}
              messages={inChat(name)}
              locals={thread.locals.filter((line) => line.platform === name)}
              answered={answered}
              draft={drafts[name] ?? ""}
              inputRef={(input) => {
                inputs.current[name] = input;
              }}
              onDraft={(draft) => draftIn(name, draft)}
              onSay={(text) => stage.say(name, viewer, text)}
              onFocus={() => choose(name)}
              onRetry={stage.retry}
              onEdit={(line) => {
                stage.discard(line);
                draftIn(name, line.text);
                inputs.current[name]?.focus();
              }}
              onDiscard={stage.discard}
            />
          ))}
        </div>
        <aside className={styles.side}>
          <OverlayPreview url={state.overlayUrl} />
          <EventButtons viewer={viewer} />
          <section className={styles.under}>
            <h2>{under.title}</h2>
            <p>{under.text}</p>
          </section>
        </aside>
      </div>
    </>
  );
}

function StandingStage({ stage, state }: { stage: Stage; state: RehearsalState }) {
  const { rehearsal, viewers } = useTexts();
  const [viewer, choose] = useViewer(state.viewers);
  if (viewer === undefined) return <Notice title={viewers.none} testId="no-viewers" />;
  return (
    <>
      <div className={styles.head}>
        <div>
          <h1>{rehearsal.title}</h1>
          <p className={styles.lead}>{rehearsal.lead}</p>
        </div>
        <ConnectionLight connection={stage.connection} />
      </div>
      <Board stage={stage} state={state} viewer={viewer} onViewer={choose} />
    </>
  );
}

/** Try the bot without going live: make-believe chats on the left, the overlay on the right, and why for all of it. */
export function RehearsalPage() {
  const texts = useTexts();
  const stage = useStage();
  const queryClient = useQueryClient();
  usePageTitle(texts.rehearsal.title);

  if (stage.state !== undefined) return <StandingStage stage={stage} state={stage.state} />;
  if (stage.answer === undefined || stage.answer.ok) {
    return <Notice title={texts.loading.title} testId="loading" isWaddling />;
  }
  if (stage.answer.problem.kind === "absent") return <NoStage />;
  return (
    <Notice
      title={texts.failed.title}
      text={`${sayStageProblem(stage.answer.problem, texts)} ${texts.failed.hint}`}
      testId="stage-failed"
      isAlert
    >
      <Button onClick={() => void queryClient.invalidateQueries({ queryKey: stateKey })}>
        {texts.problem.retry}
      </Button>
    </Notice>
  );
}
