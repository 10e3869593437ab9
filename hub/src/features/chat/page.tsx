import { Button, Textarea } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import { longestChatMessage } from "#contracts/member-chat";
import { useStickToEnd } from "#hub/features/rehearsal/use-stick-to-end.ts";
import { useCommunity } from "#hub/session/use-session.ts";
import { useSpeech } from "#hub/texts/use-texts.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import { PageHeader } from "#hub/ui/page-header.tsx";
import { StatusMark } from "#hub/ui/status-mark.tsx";
import styles from "./page.module.css";
import { useChat } from "./use-chat.ts";

const marks = { connecting: "busy", open: "good", lost: "bad" } as const;

/** The chat of a community's members (HUB-8). What people write is text and nothing else. */
export function ChatPage() {
  const { language, texts } = useSpeech();
  const { chat } = texts;
  const { id } = useCommunity();
  const talk = useChat(id);
  const [draft, setDraft] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const { scrollRef, contentRef } = useStickToEnd();
  const isLong = [...draft].length > longestChatMessage;
  const words = { connecting: chat.connecting, open: chat.connected, lost: chat.lost };
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (draft.trim() === "" || isLong) return;
    talk.send(draft);
    setDraft("");
  };
  const time = new Intl.DateTimeFormat(language, { timeStyle: "short" });
  return (
    <>
      <PageHeader title={chat.title} lead={chat.lead}>
        <StatusMark tone={marks[talk.state]} testId={`chat-${talk.state}`}>
          {words[talk.state]}
        </StatusMark>
      </PageHeader>
      <div className={styles.room}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
        <div className={styles.scroller} ref={scrollRef} tabIndex={0} role="log" aria-label={chat.title}>
          <div ref={contentRef}>
            {talk.hasOlder && (
              <Button variant="default" size="compact-sm" onClick={talk.older}>
                {chat.older}
              </Button>
            )}
            {talk.messages.length === 0 && talk.state === "open" && (
              <EmptyState title={chat.emptyTitle} text={chat.emptyText} />
            )}
            <ol className={styles.messages} data-testid="chat-messages">
              {talk.messages.map((message) => (
                <li key={message.id} data-mine={message.user.id === talk.me || undefined}>
                  <span className={styles.head}>
                    <strong>{message.user.name}</strong>
                    <time dateTime={new Date(message.at).toISOString()}>{time.format(message.at)}</time>
                  </span>
                  <p>{message.content}</p>
                </li>
              ))}
            </ol>
          </div>
        </div>
        <p className={styles.typing} aria-live="polite">
          {talk.typing !== undefined && chat.typing(talk.typing)}
        </p>
        <form ref={form} className={styles.write} onSubmit={send}>
          <Textarea
            aria-label={chat.input}
            placeholder={chat.placeholder}
            autosize
            minRows={1}
            maxRows={5}
            value={draft}
            error={isLong ? chat.tooLong(longestChatMessage.toLocaleString(language)) : talk.refusal}
            data-testid="chat-input"
            onChange={({ currentTarget: { value } }) => {
              setDraft(value);
              talk.tellTyping();
            }}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
              event.preventDefault();
              form.current?.requestSubmit();
            }}
          />
          <Button type="submit" aria-label={chat.send} disabled={draft.trim() === "" || isLong}>
            <Icon name="send" />
          </Button>
        </form>
      </div>
    </>
  );
}
