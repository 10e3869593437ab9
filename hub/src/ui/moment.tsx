import { useEffect, useState } from "react";
import { type Spoken, useSpeech } from "#hub/texts/use-texts.tsx";
import { sayMoment } from "./say-moment.ts";

const refreshMs = 30_000;

/** A point in time as people say it ("3 minutes ago"), kept fresh; the exact one on hover. Null says "never". */
export function Moment({ at }: { at: string | number | null | undefined }) {
  const { language, texts }: Spoken = useSpeech();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), refreshMs);
    return () => clearInterval(timer);
  }, []);
  if (at === null || at === undefined) return <span>{texts.parts.never}</span>;
  const date = new Date(at);
  // What is no point in time is shown as it came, rather than breaking the page around it.
  if (Number.isNaN(date.getTime())) return <span>{at}</span>;
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }).format(date);
  return (
    <time dateTime={date.toISOString()} title={exact}>
      {sayMoment(date.getTime() - now, language)}
    </time>
  );
}
