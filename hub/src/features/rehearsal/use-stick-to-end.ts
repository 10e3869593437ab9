import { useCallback, useEffect, useRef, useState } from "react";

/** Within this many pixels of the end counts as reading the newest line. */
const nearPx = 48;
/** From this distance on, a way back to the end is offered. */
const farPx = 200;

/**
 * Keeps a chat at its newest line while the person reads there, and leaves it alone while they read further up.
 * Watches the content's height, so an opened explanation or a longer reply scrolls too.
 */
export function useStickToEnd() {
  const scrollRef = useRef<HTMLDivElement>(null);
  const contentRef = useRef<HTMLDivElement>(null);
  const isStuck = useRef(true);
  const [isAtEnd, setAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    const scroll = scrollRef.current;
    if (scroll === null) return;
    isStuck.current = true;
    scroll.scrollTop = scroll.scrollHeight;
  }, []);

  useEffect(() => {
    const scroll = scrollRef.current;
    const content = contentRef.current;
    if (scroll === null || content === null) return;
    const onScroll = () => {
      const distance = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight;
      isStuck.current = distance < nearPx;
      setAtEnd(distance < farPx);
    };
    const observer = new ResizeObserver(() => {
      if (isStuck.current) toEnd();
    });
    scroll.addEventListener("scroll", onScroll, { passive: true });
    observer.observe(content);
    observer.observe(scroll);
    return () => {
      scroll.removeEventListener("scroll", onScroll);
      observer.disconnect();
    };
  }, [toEnd]);
  return { scrollRef, contentRef, isAtEnd, toEnd };
}
