// @ts-check
/// <reference lib="dom" />
// One overlay of one type. The token leaves the address at once, so that a stream that shows the browser bar shows no secret.

const store = sessionStorage;
const [, , tokenInPath, type = ""] = location.pathname.split("/");
if (tokenInPath && tokenInPath !== "open") {
  store.setItem("token", tokenInPath);
  history.replaceState(null, "", `/overlay/open/${type}`);
}
const token = store.getItem("token") ?? "";

const stage = /** @type {HTMLElement} */ (document.getElementById("stage"));
const health = /** @type {HTMLElement} */ (document.getElementById("health"));

/** @type {{ seq: number, response: any }[]} */
const queue = [];
/** Undefined until the overlay has said where it is: a page that is opened shows what comes, not what was. */
let last = /** @type {number | undefined} */ (undefined);
let isShowing = false;
let attempts = 0;

function connect() {
  const address = new URL(`/overlay/socket/${type}`, location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address, ["waddlebot", token]);
  // Answered by the runtime; a silent line is noticed and opened anew.
  let heardAt = Date.now();
  const pulse = setInterval(() => {
    if (Date.now() - heardAt > 45_000) socket.close();
    else if (socket.readyState === WebSocket.OPEN) socket.send("ping");
  }, 15_000);
  socket.onmessage = ({ data }) => {
    heardAt = Date.now();
    if (data !== "pong") receive(socket, JSON.parse(data));
  };
  socket.onclose = () => {
    clearInterval(pulse);
    say("waiting", "Not connected, trying again …");
    const waitMs = Math.min(30_000, 500 * 2 ** attempts++) * (0.5 + Math.random());
    setTimeout(connect, waitMs);
  };
}

/** @param {WebSocket} socket @param {any} frame */
function receive(socket, frame) {
  if (frame.type === "hello") {
    attempts = 0;
    say("connected", `${frame.community} · ${type} · WaddleBot ${frame.version}`);
    if (last === undefined) last = frame.seq;
    else socket.send(JSON.stringify({ type: "resume", last }));
  } else if (frame.type === "show" && frame.seq > (last ?? 0)) {
    last = frame.seq;
    queue.push(frame);
    void showNext(socket);
  } else if (frame.type === "gap") {
    last = frame.seq;
  }
}

/** @param {WebSocket} socket */
async function showNext(socket) {
  if (isShowing) return;
  const frame = queue.shift();
  if (!frame) return;
  isShowing = true;
  const seconds = frame.response.durationSeconds ?? 10;
  const element = draw(frame.response, seconds);
  stage.replaceChildren(element);
  await new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
    element.addEventListener("error", resolve, { once: true });
    element.addEventListener("ended", resolve, { once: true });
  });
  element.remove();
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "played", seq: frame.seq }));
  isShowing = false;
  await showNext(socket);
}

/** Text is only ever text here. @param {any} response @param {number} seconds @returns {HTMLElement} */
function draw(response, seconds) {
  if (response.type === "ticker") {
    const bar = document.createElement("div");
    const line = document.createElement("span");
    bar.className = "ticker";
    line.textContent = response.text;
    line.style.setProperty("--duration", `${seconds}s`);
    bar.append(line);
    return bar;
  }
  if (response.type === "media") {
    const media = document.createElement(response.mediaType === "image" ? "img" : response.mediaType);
    media.className = "media";
    Object.assign(media, { src: response.url, autoplay: true });
    return media;
  }
  const card = document.createElement("div");
  card.className = "card";
  card.textContent = response.type === "form" ? response.title : response.content;
  return card;
}

let healthTimer = 0;
/** @param {string} state @param {string} text */
function say(state, text) {
  health.dataset["state"] = state;
  health.textContent = text;
  health.hidden = false;
  clearTimeout(healthTimer);
  if (state === "connected") healthTimer = window.setTimeout(() => (health.hidden = true), 10_000);
}

connect();
