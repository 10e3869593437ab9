import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { sessionKey } from "#hub/session/session.ts";

/** What comes after a step of signing in: the next one, or the page one came from. */
export function useEntered(back: string) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return async ({ stage }: { stage: "full" | "code" | "password" }) => {
    await queryClient.invalidateQueries({ queryKey: sessionKey });
    if (stage === "full") return navigate({ to: back, replace: true });
    const step = stage === "code" ? "code" : "password";
    return navigate({ to: "/sign-in/$step", params: { step }, search: { return: back }, replace: true });
  };
}
