import { useEffect, useRef, useState } from "react";
import { chatFrame, type MemberMessage } from "#contracts/member-chat";
import { useLiveSocket } from "#hub/api/use-live-socket.ts";
import { mergeMessages } from "./merge-messages.ts";

const typingShownMs = 4000;
const typingToldMs = 2500;

/** The community's chat while this page is open. */
export function useChat(communityId: number) {
  const [messages, setMessages] = useState<readonly MemberMessage[]>([]);
  const [hasOlder, setHasOlder] = useState(false);
  const [me, setMe] = useState<string>();
  const [typing, setTyping] = useState<string>();
  const [refusal, setRefusal] = useState<string>();
  /** Said and not heard back yet: said again on the next socket, where the server knows it by its id. */
  const unheard = useRef(new Map<string, object>());
  const toldAt = useRef(0);

  const { state, say } = useLiveSocket({
    path: `/api/v1/communities/${communityId}/chat`,
    schema: chatFrame,
    onFrame: (frame) => {
      switch (frame.type) {
        case "chat:hello":
          return setMe(frame.user.id);
        case "chat:history":
          setHasOlder(frame.hasMore);
          return setMessages((known) => mergeMessages(known, frame.messages));
        case "chat:message":
          if (frame.message.clientId !== null) unheard.current.delete(frame.message.clientId);
          setTyping(undefined);
          return setMessages((known) => mergeMessages(known, [frame.message]));
        case "chat:typing":
          return setTyping(frame.user.name);
        case "chat:error":
          if (frame.clientId !== null) unheard.current.delete(frame.clientId);
          return setRefusal(frame.message);
      }
    },
    onOpen: (sayNow) => {
      sayNow({ type: "chat:history" });
      for (const message of unheard.current.values()) sayNow(message);
    },
  });

  useEffect(() => {
    if (typing === undefined) return;
    const timer = setTimeout(() => setTyping(undefined), typingShownMs);
    return () => clearTimeout(timer);
  }, [typing]);

  const send = (content: string) => {
    const clientId = crypto.randomUUID();
    const message = { type: "chat:message", content, clientId };
    unheard.current.set(clientId, message);
    setRefusal(undefined);
    say(message);
  };
  const tellTyping = () => {
    if (Date.now() - toldAt.current < typingToldMs) return;
    toldAt.current = Date.now();
    say({ type: "chat:typing" });
  };
  const older = () => say({ type: "chat:history", before: messages[0]?.id });
  return { state, messages, hasOlder, me, typing, refusal, send, tellTyping, older };
}
