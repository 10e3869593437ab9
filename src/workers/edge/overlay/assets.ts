import purify from "dompurify/dist/purify.min.js";
import draw from "#workers/edge/overlay/page/draw.client.js";
import frameScript from "#workers/edge/overlay/page/frame.client.js";
import frameStyle from "#workers/edge/overlay/page/frame.css";
import health from "#workers/edge/overlay/page/health.client.js";
import lane from "#workers/edge/overlay/page/lane.client.js";
import lanes from "#workers/edge/overlay/page/lane-runner.client.js";
import live from "#workers/edge/overlay/page/live-parts.client.js";
import media from "#workers/edge/overlay/page/media.client.js";
import memory from "#workers/edge/overlay/page/memory.client.js";
import script from "#workers/edge/overlay/page/page.client.js";
import style from "#workers/edge/overlay/page/page.css";
import parts from "#workers/edge/overlay/page/parts.css";
import socket from "#workers/edge/overlay/page/socket.client.js";
import sound from "#workers/edge/overlay/page/sound.client.js";
import theme from "#workers/edge/overlay/page/theme.client.js";
import watchdog from "#workers/edge/overlay/page/watchdog.client.js";

const [js, css] = ["text/javascript; charset=utf-8", "text/css; charset=utf-8"];

interface Asset {
  body: string;
  contentType: string;
}

/** The overlay page's own files by name. Modules as they are written: a page of this size needs no bundler. */
export const assets: ReadonlyMap<string, Asset> = new Map(
  [
    ["page.client.js", script, js],
    ["draw.client.js", draw, js],
    ["health.client.js", health, js],
    ["lane.client.js", lane, js],
    ["lane-runner.client.js", lanes, js],
    ["live-parts.client.js", live, js],
    ["media.client.js", media, js],
    ["memory.client.js", memory, js],
    ["socket.client.js", socket, js],
    ["sound.client.js", sound, js],
    ["theme.client.js", theme, js],
    ["watchdog.client.js", watchdog, js],
    ["page.css", style, css],
    ["parts.css", parts, css],
    ["frame.client.js", frameScript, js],
    ["purify.js", purify, js],
    ["frame.css", frameStyle, css],
  ].map(([name = "", body = "", contentType = ""]) => [name, { body, contentType }] as const),
);
