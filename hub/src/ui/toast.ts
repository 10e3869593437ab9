export interface Toast {
  tone: "good" | "bad" | "plain";
  text: string;
}

let isWanted = false;
const listeners = new Set<() => void>();

/** A short word in the corner, also said aloud; what the person must act on stays on the page instead. */
export function toast(said: Toast): void {
  isWanted = true;
  for (const listener of listeners) listener();
  // Nobody needs the corner's code before there is something to say in it.
  void import("./toast-corner.tsx").then(({ showToast }) => showToast(said));
}

/** For `useSyncExternalStore`: whether anything was ever said on this visit. */
export const toastCorner = {
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  isWanted: () => isWanted,
};
