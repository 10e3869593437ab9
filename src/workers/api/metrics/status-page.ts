import type { OpenAPIHono } from "@hono/zod-openapi";
import { html, raw } from "hono/html";
import type { ReplyHour, StatusFacts } from "#contracts/metrics";
import { metricsOf } from "#durable-objects/metrics/metrics-of";
import type { ApiBindings } from "#workers/api/bindings";
import { type StatusWords, statusWords } from "#workers/api/metrics/status-words";

const style =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#1a1b1e;background:#fff}" +
  "table{border-collapse:collapse;width:100%}th,td{text-align:start;padding:.4rem .6rem;border-bottom:1px solid #ced4da}" +
  "td.n{font-variant-numeric:tabular-nums}.big{font-size:1.5rem;margin:.5rem 0}" +
  "@media(prefers-color-scheme:dark){body{color:#e9ecef;background:#1a1b1e}th,td{border-color:#495057}a{color:#74c0fc}}";

/** `GET /status` for people and `GET /status.json` for programs: measured here, of the last 24 hours. Open to all. */
export function mountStatusPage(app: OpenAPIHono<ApiBindings>): void {
  app.get("/status.json", async (c) => {
    c.header("cache-control", "public, max-age=30");
    return c.json(summaryOf(await metricsOf(c.env.METRICS).status()));
  });
  app.get("/status", async (c) => {
    const language = /^de\b/i.test(c.req.header("accept-language") ?? "") ? "de" : "en";
    const nonce = crypto.randomUUID();
    c.header(
      "content-security-policy",
      `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`,
    );
    c.header("cache-control", "public, max-age=30");
    c.header("vary", "accept-language");
    c.header("x-content-type-options", "nosniff");
    c.header("referrer-policy", "no-referrer");
    const summary = summaryOf(await metricsOf(c.env.METRICS).status());
    return c.html(page(summary, statusWords[language], language, nonce));
  });
}

type Summary = ReturnType<typeof summaryOf>;

/** One line a platform: of its newest hour with replies. */
export function summaryOf({ since, minutesSeen, minutesGood, incidents, replies }: StatusFacts) {
  const newest = new Map<string, ReplyHour>();
  for (const one of replies) {
    const known = newest.get(one.platform);
    if (one.replies > 0 && (!known || known.hour < one.hour)) newest.set(one.platform, one);
  }
  return {
    is_good: incidents.every(({ until }) => until !== null),
    since: since === null ? null : new Date(since).toISOString(),
    uptime: minutesSeen === 0 ? null : minutesGood / minutesSeen,
    platforms: [...newest.values()]
      .sort((a, b) => (a.platform < b.platform ? -1 : 1))
      .map(({ platform, hour, replies, p50Seconds, p95Seconds }) => ({
        platform,
        hour: new Date(hour).toISOString(),
        replies,
        p50_ms: toMs(p50Seconds),
        p95_ms: toMs(p95Seconds),
      })),
    incidents: incidents.map(({ from, until, what }) => ({
      from: new Date(from).toISOString(),
      until: until === null ? null : new Date(until).toISOString(),
      what,
    })),
  };
}

const toMs = (seconds: number | null) => (seconds === null ? null : Math.round(seconds * 1000));

function page(summary: Summary, words: StatusWords, language: string, nonce: string) {
  const { is_good, since, uptime, platforms, incidents } = summary;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.title}</title>
<style nonce="${nonce}">${raw(style)}</style>
</head>
<body>
<main>
<h1>${words.title}</h1>
<p class="big">${is_good ? words.good : words.trouble}</p>
<p>${uptime === null || since === null ? words.nothingYet : words.uptime((uptime * 100).toFixed(2), since)}</p>
<h2>${words.replies}</h2>
${
  platforms.length === 0
    ? html`<p>${words.noReplies}</p>`
    : html`<table><thead><tr><th scope="col">${words.platform}</th><th scope="col">${words.hour}</th><th scope="col">${words.count}</th><th scope="col">p50</th><th scope="col">p95</th></tr></thead>
<tbody>${platforms.map(
        (one) =>
          html`<tr><th scope="row">${one.platform}</th><td>${one.hour.slice(0, 16).replace("T", " ")} UTC</td><td class="n">${one.replies}</td><td class="n">${one.p50_ms} ms</td><td class="n">${one.p95_ms} ms</td></tr>`,
      )}</tbody></table>`
}
<h2>${words.incidents}</h2>
${
  incidents.length === 0
    ? html`<p>${words.noIncidents}</p>`
    : html`<ul>${incidents.map((one) => html`<li>${one.from} – ${one.until ?? words.lasting}: ${one.what}</li>`)}</ul>`
}
</main>
</body>
</html>`;
}
