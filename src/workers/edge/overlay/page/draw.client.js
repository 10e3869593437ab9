// @ts-check
/// <reference lib="dom" />
/** @typedef {import("#contracts/overlay").OverlayContent} OverlayContent */
/** @typedef {{ element: HTMLElement, text: string, ended?: Promise<"played" | "failed"> }} Drawn */
import { isStreaming, watchLoading } from "./media.client.js";
import { frameStyle } from "./theme.client.js";

/** Text is only ever text here. @param {OverlayContent} content @param {number} seconds @returns {Drawn} */
export function draw(content, seconds) {
  switch (content.type) {
    case "ticker":
      return drawTicker(content.text, seconds);
    case "alert":
      return drawAlert(content);
    case "media":
      return drawMedia(content, seconds);
    case "form":
      return drawForm(content);
    case "general":
      return content.contentType === "html"
        ? drawHtml(content.content, seconds)
        : { element: make("card item", content.content), text: content.content };
    default:
      throw new Error(`nothing is queued of this kind: ${content.type}`);
  }
}

/** @param {string} text @param {number} seconds @returns {Drawn} */
function drawTicker(text, seconds) {
  const line = make("run", text);
  line.style.setProperty("--duration", `${seconds}s`);
  return { element: make("ticker item", line), text };
}

/** @param {Extract<OverlayContent, { type: "alert" }>} content @returns {Drawn} */
function drawAlert({ kind, name, text }) {
  const element = make("alert item", make("sign"), make("words", make("name", name), make("text", text)));
  element.dataset["kind"] = kind;
  return { element, text: `${name} ${text}` };
}

/** @param {Extract<OverlayContent, { type: "form" }>} content @returns {Drawn} */
function drawForm({ title, description = "", fields }) {
  const labels = fields.map(({ label }) => make("field", label));
  const element = make("card item", make("title", title), make("text", description), ...labels);
  return { element, text: title };
}

/** @param {Extract<OverlayContent, { type: "media" }>} content @param {number} seconds @returns {Drawn} */
function drawMedia({ mediaType, url }, seconds) {
  const media = document.createElement(mediaType === "image" ? "img" : mediaType);
  media.className = "media item";
  const ended = watchLoading(media, seconds);
  if (isStreaming(media)) media.autoplay = true;
  media.src = url;
  return { element: media, text: "", ended };
}

/**
 * HTML of strangers: in a sandbox that has no origin, on another host. Where there is none, as the text that is in it.
 * @param {string} html @param {number} seconds @returns {Drawn}
 */
function drawHtml(html, seconds) {
  const origin = document.querySelector("meta[name=frame-origin]")?.getAttribute("content") ?? "";
  const text = html.replace(/<[^>]*>?/g, " ").trim();
  if (origin === "") return { element: make("card item", text), text };
  const frame = document.createElement("iframe");
  frame.className = "html item";
  frame.setAttribute("sandbox", "allow-scripts");
  frame.referrerPolicy = "no-referrer";
  frame.src = `${origin}/overlay/frame`;
  frame.addEventListener("load", () =>
    // The sandbox has no origin that could be named.
    frame.contentWindow?.postMessage({ html, ...frameStyle(frame) }, "*"),
  );
  return { element: frame, text, ended: endOfFrame(frame, seconds) };
}

/** @param {HTMLIFrameElement} frame @param {number} seconds @returns {Promise<"played" | "failed">} */
function endOfFrame(frame, seconds) {
  return new Promise((resolve) => {
    let isShown = false;
    const hear = (/** @type {MessageEvent} */ { source, data }) => {
      if (source === frame.contentWindow && data?.isShown === true) isShown = true;
    };
    addEventListener("message", hear);
    setTimeout(() => {
      removeEventListener("message", hear);
      resolve(isShown ? "played" : "failed");
    }, seconds * 1000);
  });
}

/** @param {string} className @param {...(string | Node)} children @returns {HTMLElement} */
export function make(className, ...children) {
  const element = document.createElement("div");
  element.className = className;
  element.append(...children);
  return element;
}
