import type { Context } from "hono";

export interface ResultFacts {
  isDone: boolean;
  title: string;
  /** What happened and what to do, for the person who sits before it. */
  text: string;
  /** One of our own pages. */
  returnPath: string;
  /** Where it is not done; by default 400. */
  status?: 400 | 403 | 409;
}

/** What somebody sees who comes back from a platform. A page without scripts, from nowhere else, kept nowhere. */
export function resultPage(
  c: Context,
  { isDone, title, text, returnPath, status = 400 }: ResultFacts,
): Response {
  const nonce = crypto.randomUUID();
  c.header(
    "content-security-policy",
    `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  c.header("cache-control", "no-store");
  // The address holds the code, which is used up by now.
  c.header("referrer-policy", "no-referrer");
  c.header("x-content-type-options", "nosniff");
  // Who is done need not click once more; without scripts, and to our own page only.
  if (isDone) c.header("refresh", `2; url=${returnPath}`);
  return c.html(
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} · WaddleBot</title>
<style nonce="${nonce}">body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem}</style>
<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p><p><a href="${escapeHtml(returnPath)}">Back to WaddleBot</a></p></html>
`,
    isDone ? 200 : status,
  );
}

function escapeHtml(text: string): string {
  const signs: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replaceAll(/[&<>"]/g, (sign) => signs[sign] ?? sign);
}
