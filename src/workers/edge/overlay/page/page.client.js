// @ts-check
/// <reference lib="dom" />
// One overlay. The token leaves the address at once, so that a stream that shows the browser bar shows no secret.
/** @typedef {import("#contracts/overlay").OverlayFrame} OverlayFrame */
/** @typedef {import("#contracts/overlay").OverlayPart} OverlayPart */
/** @typedef {import("#contracts/overlay").OverlayThemes} OverlayThemes */
/** @typedef {import("#contracts/overlay").Seqs} Seqs */
/** @typedef {Omit<import("#contracts/overlay").ShownFrame, "type">} Shown */
import { Health } from "./health.client.js";
import { LaneRunner } from "./lane-runner.client.js";
import { update } from "./live-parts.client.js";
import { keepSnapshot, takeSnapshot } from "./memory.client.js";
import { Line } from "./socket.client.js";
import { applyTheme } from "./theme.client.js";
import { reload, watch } from "./watchdog.client.js";

const path = location.pathname.split("/");
const type = path.at(-1) ?? "";
const place = path.at(-2) ?? "";
if (/^[0-9a-f]{64}$/.test(place)) {
  sessionStorage.setItem(`token:${type}`, place);
  history.replaceState(null, "", `/overlay/open/${type}`);
}
const isPreview = place === "preview";

const queued = ["ticker", "media", "general", "alerts", "form"];
const live = ["music", "goal", "captions", "chat"];
const parts = /** @type {OverlayPart[]} */ (type === "scene" ? [...live, ...queued] : [type]);

const stage = /** @type {HTMLElement} */ (document.getElementById("stage"));
const health = new Health(/** @type {HTMLElement} */ (document.getElementById("health")), type);
stage.dataset["type"] = type;

const snapshot = isPreview ? undefined : takeSnapshot(type);
/** The last number seen of each part. @type {Seqs} */
const seen = { ...snapshot?.last };
/** @type {Map<OverlayPart, HTMLElement>} */
const places = new Map();
/** @type {Map<OverlayPart, LaneRunner>} */
const lanes = new Map();
let version = "";

for (const part of parts) {
  const section = document.createElement("section");
  section.className = "part";
  section.dataset["part"] = part;
  stage.append(section);
  places.set(part, section);
  if (live.includes(part)) continue;
  lanes.set(part, new LaneRunner(section, ({ seq }, result) => line.ended({ part, seq, result })));
}

const line = new Line({
  type,
  token: sessionStorage.getItem(`token:${type}`) ?? "",
  seen: () => seen,
  onFrame: receive,
  onLost: (isOver) => {
    if (!isOver) return health.waiting("Not connected, trying again …");
    health.waiting("This address was replaced. Copy the new one from the hub.");
    for (const section of places.values()) section.replaceChildren();
  },
});

/** @param {OverlayFrame} frame */
function receive(frame) {
  switch (frame.type) {
    case "hello":
      return welcome(frame);
    case "themes":
      return dress(frame.themes);
    case "gap":
      seen[frame.part] = frame.seq;
      return;
    case "show":
      if (frame.seq <= (seen[frame.part] ?? 0)) return;
      seen[frame.part] = frame.seq;
      line.delivered();
      return show(frame);
  }
}

/** @param {Extract<OverlayFrame, { type: "hello" }>} hello */
function welcome(hello) {
  health.connected(hello);
  dress(hello.themes);
  for (const part of parts) {
    const head = hello.heads[part] ?? 0;
    // Anew it begins with what comes next; with a number from an overlay that began again, too.
    if (seen[part] === undefined || Number(seen[part]) > head) seen[part] = head;
  }
  for (const shown of hello.state) show(shown);
  if (version !== "" && version !== hello.version) reload(Date.now(), keep);
  version = hello.version;
}

/** @param {Shown} shown */
function show(shown) {
  const section = places.get(shown.part);
  if (!section) return;
  const lane = lanes.get(shown.part);
  if (lane) lane.offer({ ...shown, type: "show" });
  else update(section, shown.content, shown.shownAt);
}

/** @param {OverlayThemes} themes */
function dress(themes) {
  const shownParts = themes.scene?.parts;
  for (const [part, section] of places) {
    applyTheme(section, themes[part]);
    section.hidden = type === "scene" && shownParts !== undefined && !shownParts.includes(part);
  }
}

/** What waits, and how far each queue has read; what is live comes with the next hello. */
function keep() {
  const last = Object.fromEntries([...lanes.keys()].map((part) => [part, seen[part]]));
  keepSnapshot(type, { last, left: [...lanes.values()].flatMap((lane) => lane.left()) });
}

if (isPreview) {
  // The hub's own page, which this one stands in, shows how it will look. Nothing else is listened to.
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || origin !== location.origin) return;
    if (data?.themes) dress(data.themes);
    if (data?.shown) show(data.shown);
  });
  parent.postMessage({ isReady: true }, location.origin);
} else {
  health.waiting("Connecting …");
  for (const frame of snapshot?.left ?? []) show(frame);
  watch((now) => [...lanes.values()].some((lane) => lane.isStuck(now)), keep);
  line.open();
}
