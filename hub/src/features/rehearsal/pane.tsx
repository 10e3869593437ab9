import { Button } from "@mantine/core";
import { type FormEvent, type KeyboardEvent, type Ref, useEffect, useRef, useState } from "react";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import { Penguin } from "#hub/ui/penguin.tsx";
import { OwnLine, StageLine } from "./lines.tsx";
import styles from "./pane.module.css";
import { PlatformMark } from "./platform-mark.tsx";
import type { LocalLine } from "./thread.ts";
import { useStickToEnd } from "./use-stick-to-end.ts";
import type { RehearsalMessage, StagePlatform, Viewer } from "./wire.ts";

interface ComposerProps {
  platform: StagePlatform;
  viewer: Viewer;
  draft: string;
  inputRef: Ref<HTMLInputElement>;
  onDraft: (draft: string) => void;
  onSay: (text: string) => void;
}

function Composer({ platform, viewer, draft, inputRef, onDraft, onSay }: ComposerProps) {
  const { pane, platforms } = useTexts();
  const [isBlank, setBlank] = useState(false);
  const lastSaid = useRef("");

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = draft.trim();
    setBlank(text === "");
    if (text === "") return;
    lastSaid.current = text;
    onSay(text);
    onDraft("");
  };
  const recall = (event: KeyboardEvent) => {
    if (event.key === "ArrowUp" && draft === "" && lastSaid.current !== "") {
      event.preventDefault();
      onDraft(lastSaid.current);
    }
  };

  return (
    <form className={styles.composer} onSubmit={submit}>
      <input
        ref={inputRef}
        className={styles.input}
        data-testid={`input-${platform}`}
        aria-label={pane.input(platforms[platform])}
        aria-invalid={isBlank || undefined}
        aria-describedby={isBlank ? `blank-${platform}` : undefined}
        placeholder={pane.placeholder(viewer.name)}
        autoComplete="off"
        enterKeyHint="send"
        value={draft}
        onChange={(event) => {
          setBlank(false);
          onDraft(event.currentTarget.value);
        }}
        onKeyDown={recall}
      />
      <Button
        type="submit"
        className={styles.send}
        data-testid={`send-${platform}`}
        aria-label={pane.send(platforms[platform])}
      >
        <Icon name="send" />
      </Button>
      {isBlank && (
        <p className={styles.blank} id={`blank-${platform}`} role="alert">
          {pane.blank}
        </p>
      )}
    </form>
  );
}

function EmptyPane() {
  const { pane } = useTexts();
  const [before, after] = pane.empty("\n").split("\n");
  return (
    <div className={styles.empty} data-testid="empty-pane">
      <Penguin size={64} />
      <p className={styles.emptyTitle}>{pane.emptyTitle}</p>
      <p>
        {before}
        <kbd>!help</kbd>
        {after}
      </p>
    </div>
  );
}

interface Props extends ComposerProps {
  channelName: string;
  isActive: boolean;
  messages: readonly RehearsalMessage[];
  locals: readonly LocalLine[];
  answered: ReadonlySet<string>;
  onFocus: () => void;
  onRetry: (line: LocalLine) => void;
  onEdit: (line: LocalLine) => void;
  onDiscard: (line: LocalLine) => void;
}

/** One chat: what was said, and a place to say something. */
export function Pane(props: Props) {
  const { platform, channelName, messages, locals, answered } = props;
  const { pane, platforms } = useTexts();
  const { scrollRef, contentRef, isAtEnd, toEnd } = useStickToEnd();

  // Whoever says something wants to see it, even when reading further up.
  useEffect(() => {
    if (locals.length > 0) toEnd();
  }, [locals.length, toEnd]);

  return (
    <section
      className={styles.pane}
      data-testid={`pane-${platform}`}
      data-platform={platform}
      data-active={props.isActive || undefined}
      aria-label={platforms[platform]}
      onFocus={props.onFocus}
    >
      <h2 className={styles.head}>
        <PlatformMark platform={platform} />
        {platforms[platform]}
        <span className={styles.channel}>{channelName}</span>
        {props.isActive && (
          <span className={styles.guide}>
            <Penguin size={34} isWaddling={locals.some((line) => line.state !== "failed")} />
          </span>
        )}
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <div className={styles.scroll} ref={scrollRef} role="log" aria-label={platforms[platform]} tabIndex={0}>
        <div ref={contentRef}>
          {messages.length + locals.length === 0 ? (
            <EmptyPane />
          ) : (
            <ul className={styles.lines}>
              {messages.map((message) => (
                <StageLine
                  key={message.id}
                  message={message}
                  isAnswered={message.eventId !== undefined && answered.has(message.eventId)}
                />
              ))}
              {locals.map((line) => (
                <OwnLine
                  key={line.localId}
                  line={line}
                  onRetry={props.onRetry}
                  onEdit={props.onEdit}
                  onDiscard={props.onDiscard}
                />
              ))}
            </ul>
          )}
        </div>
      </div>
      {!isAtEnd && (
        <Button className={styles.newer} variant="default" size="compact-sm" onClick={toEnd}>
          <Icon name="down" size={14} /> {pane.newer}
        </Button>
      )}
      <Composer
        platform={platform}
        viewer={props.viewer}
        draft={props.draft}
        inputRef={props.inputRef}
        onDraft={props.onDraft}
        onSay={props.onSay}
      />
    </section>
  );
}
