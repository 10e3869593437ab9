// @ts-check
/// <reference lib="dom" />
import { themeOf } from "./theme.client.js";

/** The theme's sound. A browser that lets no page make noise by itself stays silent. @param {HTMLElement} place */
export function chime(place) {
  const sound = themeOf(place)?.sound;
  if (!sound) return;
  const audio = new Audio(sound.url);
  audio.volume = sound.volume;
  audio.play().catch(() => undefined);
}

/** Reads out what is shown, where the theme says so; resolves when it is said. @param {HTMLElement} place @param {string} text @returns {Promise<void>} */
export function speak(place, text) {
  const speech = themeOf(place)?.speech;
  if (!speech || text === "" || !("speechSynthesis" in globalThis)) return Promise.resolve();
  return new Promise((resolve) => {
    const words = new SpeechSynthesisUtterance(text);
    if (speech.language) words.lang = speech.language;
    Object.assign(words, { rate: speech.rate, volume: speech.volume });
    words.onend = () => resolve();
    words.onerror = () => resolve();
    speechSynthesis.speak(words);
  });
}
