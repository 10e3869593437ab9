// @ts-check
/// <reference lib="dom" />
/** @typedef {import("#contracts/overlay").OverlayContent} OverlayContent */
import { make } from "./draw.client.js";
import { themeOf } from "./theme.client.js";

/** A caption is gone after this, as subtitles are. */
const captionMs = 8000;
const captionLines = 3;

/** What has no queue: the newest is the truth, and stays. @param {HTMLElement} place @param {OverlayContent} content @param {number} shownAt */
export function update(place, content, shownAt) {
  switch (content.type) {
    case "goal":
      return updateGoal(place, content);
    case "music":
      return updateMusic(place, content, shownAt);
    case "caption":
      return addCaption(place, content, shownAt);
    case "line":
      return addLine(place, content);
  }
}

/** @param {HTMLElement} place @param {Extract<OverlayContent, { type: "goal" }>} goal */
function updateGoal(place, { title, current, target, unit }) {
  const share = Math.min(1, current / target);
  const amount = `${formatNumber(current)} / ${formatNumber(target)} ${unit}`.trim();
  const known = place.querySelector(".goal");
  const goal =
    known instanceof HTMLElement
      ? known
      : make("goal", make("head", make("title"), make("amount")), make("track", make("fill")));
  setText(goal, ".title", title);
  setText(goal, ".amount", amount);
  goal.style.setProperty("--share", String(share));
  goal.classList.toggle("reached", share === 1);
  if (goal !== known) place.replaceChildren(goal);
}

/** @param {HTMLElement} place @param {Extract<OverlayContent, { type: "music" }>} music @param {number} shownAt */
function updateMusic(place, music, shownAt) {
  if (!music.isPlaying) return place.replaceChildren();
  const { title, artist, album, artUrl, durationSeconds, positionSeconds } = music;
  const player = make(
    "music item",
    make("shade"),
    make("words", make("title", title), make("artist", artist)),
  );
  if (album !== "") player.querySelector(".words")?.append(make("album", album));
  if (artUrl !== undefined)
    for (const className of ["backdrop", "art"]) player.prepend(picture(className, artUrl));
  if (durationSeconds !== undefined) {
    const bar = make("progress", make("fill"));
    // The style sheet runs the bar; a page that comes later begins where the song is.
    const played = positionSeconds + Math.max(0, Date.now() - shownAt) / 1000;
    bar.style.setProperty("--duration", `${durationSeconds}s`);
    bar.style.setProperty("--played", `-${played}s`);
    player.append(bar);
  }
  place.replaceChildren(player);
}

/** @param {string} className @param {string} url */
function picture(className, url) {
  const image = document.createElement("img");
  image.className = className;
  image.alt = "";
  image.src = url;
  image.addEventListener("error", () => image.remove());
  return image;
}

/** @param {HTMLElement} place @param {Extract<OverlayContent, { type: "caption" }>} caption @param {number} shownAt */
function addCaption(place, { text, speaker, isFinal }, shownAt) {
  const leftMs = captionMs - (Date.now() - shownAt);
  if (leftMs <= 0) return;
  const list = listIn(place, "captions");
  const line = make("caption", ...(speaker === "" ? [] : [make("speaker", speaker)]), make("text", text));
  line.dataset["state"] = isFinal ? "final" : "draft";
  if (list.lastElementChild?.matches('[data-state="draft"]')) list.lastElementChild.remove();
  list.append(line);
  trim(list, captionLines);
  setTimeout(() => line.remove(), leftMs);
}

/** @param {HTMLElement} place @param {Extract<OverlayContent, { type: "line" }>} said */
function addLine(place, { platform, name, text, badges }) {
  const line = make("line item", make("name", name), make("text", text));
  line.dataset["platform"] = platform;
  if (badges.some((badge) => /moderator|broadcaster|owner/i.test(badge))) line.dataset["team"] = "";
  const list = listIn(place, "lines");
  list.append(line);
  trim(list, themeOf(place)?.maxLines ?? 12);
}

/** @param {HTMLElement} place @param {string} className */
function listIn(place, className) {
  const known = place.querySelector(`.${className}`);
  if (known) return known;
  const list = make(className);
  place.replaceChildren(list);
  return list;
}

/** @param {Element} list @param {number} most */
function trim(list, most) {
  while (list.childElementCount > most) list.firstElementChild?.remove();
}

/** @param {Element} inside @param {string} selector @param {string} text */
function setText(inside, selector, text) {
  const element = inside.querySelector(selector);
  if (element) element.textContent = text;
}

/** @param {number} number */
function formatNumber(number) {
  return number.toLocaleString("en", { maximumFractionDigits: 2 });
}
