import { useCallback, useState } from "react";
import type { FeedFilter, FeedNote } from "#contracts/feed";
import { feedFrame } from "#contracts/feed";
import { useLiveSocket } from "#hub/api/use-live-socket.ts";
import { addNotes } from "./add-notes.ts";

/** What a community's feed tells while this page is open. Paused, what comes is kept aside and counted. */
export function useFeed(communityId: number, filter: FeedFilter) {
  const [notes, setNotes] = useState<readonly FeedNote[]>([]);
  const [aside, setAside] = useState<readonly FeedNote[]>([]);
  const [dropped, setDropped] = useState(0);
  const [isPaused, setPaused] = useState(false);

  const { state, say } = useLiveSocket({
    path: `/api/v1/communities/${communityId}/feed`,
    schema: feedFrame,
    onFrame: (frame) => {
      if (frame.type !== "notes") return;
      setDropped((count) => count + frame.dropped);
      (isPaused ? setAside : setNotes)((known) => addNotes(known, frame.notes));
    },
    onOpen: (sayNow) => sayNow({ type: "filter", filter }),
  });

  const choose = useCallback(
    (next: FeedFilter) => {
      setNotes([]);
      setAside([]);
      say({ type: "filter", filter: next });
    },
    [say],
  );
  const pause = () => {
    if (isPaused) setNotes((known) => addNotes(known, aside));
    setAside([]);
    setPaused(!isPaused);
  };
  const clear = () => {
    setNotes([]);
    setDropped(0);
  };
  return { state, notes, waiting: aside.length, dropped, isPaused, choose, pause, clear };
}
