// @ts-check
/// <reference lib="dom" />

const lookMs = 5000;
/** A page that did nothing for so long, or draws nothing, is frozen. */
const frozenMs = 30_000;
/** A reload that does not help is not repeated at once. */
const restMs = 60_000;

/**
 * Reloads the page when it is stuck: timers stood still, nothing is drawn any more, or a frame does not end. A page whose
 * script hangs cannot look at itself; it is reloaded when the hang ends.
 * @param {(now: number) => boolean} isStuck @param {() => void} beforeReload
 */
export function watch(isStuck, beforeReload) {
  let lookedAt = Date.now();
  let drawnAt = Date.now();
  const draw = () => {
    drawnAt = Date.now();
  };
  setInterval(() => {
    const now = Date.now();
    const stoodStill = now - lookedAt > frozenMs;
    // A source that is hidden is not drawn, and that is right so.
    if (document.visibilityState === "hidden") drawnAt = now;
    const isBlank = now - drawnAt > frozenMs;
    lookedAt = now;
    requestAnimationFrame(draw);
    if (stoodStill || isBlank || isStuck(now)) reload(now, beforeReload);
  }, lookMs);
}

/** @param {number} now @param {() => void} beforeReload */
export function reload(now, beforeReload) {
  if (now - Number(sessionStorage.getItem("reloadedAt") ?? 0) < restMs) return;
  sessionStorage.setItem("reloadedAt", String(now));
  beforeReload();
  location.reload();
}
