// What tests run inside an overlay page, with the page's own modules and under its own policy.

/** Keeps the page's sockets in reach, so that a test can cut them. */
export function keepSockets() {
  const Real = WebSocket;
  globalThis.sockets = [];
  globalThis.WebSocket = class extends Real {
    constructor(...given) {
      super(...given);
      globalThis.sockets.push(this);
    }
  };
}

/** Writes down what would be said aloud. */
export function keepVoice() {
  globalThis.said = [];
  speechSynthesis.speak = (words) => {
    globalThis.said.push(`${words.lang} ${words.text}`);
    words.onend?.();
  };
}

/** Nothing is drawn any more, until the page was loaded anew. */
export function freeze() {
  if (sessionStorage.getItem("reloadedAt") === null) globalThis.requestAnimationFrame = () => 0;
}

export function stopHalfway(line) {
  const animations = line.getAnimations();
  const durations = animations.map(({ effect }) => effect.getTiming().duration);
  for (const animation of animations) Object.assign(animation, { currentTime: 5000, playbackRate: 0 });
  return durations;
}

/** Something like a stream below, so that what is transparent is seen to be. */
export function putBackdrop() {
  document.body.style.background = "linear-gradient(120deg, #37506b, #7a5c7d 60%, #3d6b52)";
}

/** Draws every text in every field of every kind; how many elements that nobody of us makes have come of it. */
export function drawAll(all) {
  const { draw, update } = globalThis;
  const place = document.createElement("section");
  document.body.append(place);
  let [strange, fields] = [0, 0];
  const count = () => {
    fields += 1;
    for (const { localName, attributes } of place.querySelectorAll("*")) {
      const isOurs =
        localName === "div" &&
        [...attributes].every(({ name }) => /^(?:class|style|data-[a-z]+)$/.test(name));
      if (!isOurs) strange += 1;
    }
  };
  for (const text of all) {
    for (const content of [
      { type: "ticker", text },
      { type: "alert", kind: "follow", name: text, text },
      { type: "general", contentType: "text", content: text },
      { type: "form", title: text, description: text, fields: [{ label: text }] },
    ]) {
      place.replaceChildren(draw(content, 1).element);
      count();
    }
    for (const content of [
      { type: "goal", title: text, current: 1, target: 2, unit: text },
      { type: "music", title: text, artist: text, album: text, positionSeconds: 0, isPlaying: true },
      { type: "caption", text, speaker: text, isFinal: true },
      { type: "line", platform: text, name: text, text, badges: [text] },
    ]) {
      place.replaceChildren();
      update(place, content, Date.now());
      count();
    }
  }
  place.remove();
  return { strange, fields };
}

/** Shows every text as HTML in the sandboxed frame, one after the other; how many the frame said it has shown. */
export async function frameAll({ origin, all }) {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.src = `${origin}/overlay/frame`;
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  document.body.append(frame);
  await loaded;
  let shown = 0;
  for (const html of all) {
    const answered = new Promise((resolve) => addEventListener("message", resolve, { once: true }));
    frame.contentWindow.postMessage({ html }, "*");
    await answered;
    shown += 1;
  }
  return shown;
}
