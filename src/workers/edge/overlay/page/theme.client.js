// @ts-check
/// <reference lib="dom" />
/** @typedef {import("#contracts/overlay-theme").OverlayTheme} OverlayTheme */

/** @type {WeakMap<HTMLElement, OverlayTheme>} */
const themes = new WeakMap();

/** Values reach the page as custom properties, one by one; a theme is no style sheet. @param {HTMLElement} place @param {OverlayTheme | undefined} theme */
export function applyTheme(place, theme) {
  if (!theme) return;
  themes.set(place, theme);
  const { style, dataset } = place;
  style.setProperty("--text", theme.textColor);
  style.setProperty("--back", theme.backgroundColor);
  style.setProperty("--accent", theme.accentColor);
  style.setProperty("--scale", String(theme.scale));
  if (theme.font) style.setProperty("--font", `"${theme.font}"`);
  else style.removeProperty("--font");
  if (theme.position) dataset["position"] = theme.position;
  else delete dataset["position"];
  dataset["animation"] = theme.animation;
}

/** @param {HTMLElement} place */
export function themeOf(place) {
  return themes.get(place);
}

/** What the frame on the other host has to know of the theme. @param {HTMLElement} frame */
export function frameStyle(frame) {
  const { color, fontFamily, fontSize } = getComputedStyle(frame);
  return { textColor: color, font: fontFamily, fontSize };
}
