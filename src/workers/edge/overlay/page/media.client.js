// @ts-check
/// <reference lib="dom" />

/** A film that has not begun by then, or stands still so long, is skipped. */
const patienceMs = 10_000;

/** @param {HTMLElement} media @returns {media is HTMLMediaElement} */
export function isStreaming(media) {
  return media instanceof HTMLMediaElement;
}

/**
 * How a picture, film or sound ends: by itself, after its time, or because it does not come.
 * @param {HTMLImageElement | HTMLVideoElement | HTMLAudioElement} media @param {number} seconds
 * @returns {Promise<"played" | "failed">}
 */
export function watchLoading(media, seconds) {
  return new Promise((resolve) => {
    let isRunning = false;
    let patience = setTimeout(() => end("failed"), patienceMs);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let time;
    const end = (/** @type {"played" | "failed"} */ result) => {
      clearTimeout(patience);
      clearTimeout(time);
      resolve(result);
    };
    const begin = () => {
      clearTimeout(patience);
      if (!isRunning) time = setTimeout(() => end("played"), seconds * 1000);
      isRunning = true;
    };
    media.addEventListener("error", () => end("failed"));
    if (!isStreaming(media)) return media.addEventListener("load", begin);
    media.addEventListener("ended", () => end("played"));
    media.addEventListener("timeupdate", () => {
      begin();
      clearTimeout(patience);
      patience = setTimeout(() => end("failed"), patienceMs);
    });
  });
}
