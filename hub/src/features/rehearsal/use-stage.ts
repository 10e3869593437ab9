import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useReducer, useState } from "react";
import { postSay, stateKey, useStageState } from "./queries.ts";
import { emptyThread, type LocalLine, reduceThread } from "./thread.ts";
import { useStream } from "./use-stream.ts";
import type { RehearsalState, StagePlatform, Viewer } from "./wire.ts";

/** The stage: what it is, what is said on it, and how to say something. */
export function useStage() {
  const queryClient = useQueryClient();
  const { data: answer } = useStageState();
  const [thread, dispatch] = useReducer(reduceThread, emptyThread);
  // The last stage that answered stays on screen while a reload fails: what was said is worth keeping.
  const [state, setState] = useState<RehearsalState>();
  const connection = useStream(state !== undefined, {
    onMessage: (message) => dispatch({ type: "arrived", message }),
    onOpen: () => void queryClient.invalidateQueries({ queryKey: stateKey }),
  });

  useEffect(() => {
    if (!answer?.ok) return;
    setState(answer.value);
    dispatch({ type: "loaded", messages: answer.value.messages });
  }, [answer]);

  const deliver = async ({ localId, platform, viewer, text }: LocalLine) => {
    const said = await postSay({ platform, viewer: viewer.id, text });
    dispatch(
      said.ok
        ? { type: "accepted", localId, messageId: said.value.messageId }
        : { type: "rejected", localId, problem: said.problem },
    );
  };

  return {
    answer,
    state,
    thread,
    connection,
    say(platform: StagePlatform, viewer: Viewer, text: string) {
      const localId = crypto.randomUUID();
      const line: LocalLine = { localId, platform, viewer, text, at: Date.now(), state: "sending" };
      dispatch({ type: "said", line });
      void deliver(line);
    },
    retry(line: LocalLine) {
      dispatch({ type: "retried", localId: line.localId });
      void deliver(line);
    },
    discard(line: LocalLine) {
      dispatch({ type: "discarded", localId: line.localId });
    },
  };
}
export type Stage = ReturnType<typeof useStage>;
