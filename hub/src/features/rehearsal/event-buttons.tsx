import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useSpeech } from "#hub/texts/use-texts.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import { sayStageProblem } from "#hub/ui/say-problem.ts";
import { postEvent } from "./queries.ts";
import styles from "./side.module.css";
import type { StageEvent, Viewer } from "./wire.ts";

const mostAmount = 100_000;
const plainEvents = ["follow", "subscription"] as const;
const countedEvents = ["raid", "cheer"] as const;
type CountedEvent = (typeof countedEvents)[number];

type News = { isGood: boolean; text: string };

function readAmount(text: string): number | undefined {
  const amount = /^\d{1,6}$/.test(text.trim()) ? Number(text) : 0;
  return amount >= 1 && amount <= mostAmount ? amount : undefined;
}

/** Makes happen on Twitch what otherwise only an audience can. */
export function EventButtons({ viewer }: { viewer: Viewer }) {
  const { language, texts } = useSpeech();
  const { events } = texts;
  const [amounts, setAmounts] = useState<Record<CountedEvent, string>>({ raid: "25", cheer: "100" });
  const [news, setNews] = useState<News>();
  const post = useMutation({ mutationFn: postEvent });

  const fire = async (kind: StageEvent, amount?: number) => {
    setNews(undefined);
    const facts = { viewer: viewer.id, kind };
    const answer = await post.mutateAsync(amount === undefined ? facts : { ...facts, amount });
    setNews(
      answer.ok
        ? { isGood: true, text: events.done[kind](viewer.name, amount ?? 0) }
        : { isGood: false, text: sayStageProblem(answer.problem, texts) },
    );
  };
  const fireCounted = (kind: CountedEvent) => {
    const amount = readAmount(amounts[kind]);
    if (amount !== undefined) return fire(kind, amount);
    setNews({ isGood: false, text: events.badAmount(mostAmount.toLocaleString(language)) });
    return undefined;
  };

  return (
    <section className={styles.card} aria-label={events.title}>
      <div className={styles.cardHead}>
        <h2>{events.title}</h2>
        <span className={styles.hint}>{events.as(viewer.name)}</span>
      </div>
      <div className={styles.events}>
        {plainEvents.map((kind) => (
          <Button
            key={kind}
            variant="default"
            leftSection={<Icon name={kind} />}
            data-testid={`event-${kind}`}
            onClick={() => void fire(kind)}
          >
            {events[kind]}
          </Button>
        ))}
        {countedEvents.map((kind) => (
          <form
            key={kind}
            className={styles.counted}
            onSubmit={(event) => {
              event.preventDefault();
              void fireCounted(kind);
            }}
          >
            <Button
              type="submit"
              variant="default"
              leftSection={<Icon name={kind} />}
              data-testid={`event-${kind}`}
            >
              {events[kind]}
            </Button>
            <input
              className={styles.amount}
              inputMode="numeric"
              autoComplete="off"
              maxLength={6}
              data-testid={`amount-${kind}`}
              aria-label={events[`${kind}Amount`]}
              title={events[`${kind}Amount`]}
              value={amounts[kind]}
              onChange={(event) => setAmounts({ ...amounts, [kind]: event.currentTarget.value })}
            />
          </form>
        ))}
      </div>
      <output className={styles.news} data-testid="event-news" data-good={news?.isGood}>
        {post.isPending ? events.sending : news?.text}
      </output>
    </section>
  );
}
