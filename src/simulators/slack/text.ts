/** The way Slack carries what people type: three characters as entities, everything else as it is. */
export function escapeSlackText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** What a reader sees. */
export function showSlackText(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** `<!channel>`, `<!here>`, `<!everyone>`: the bot must never wake everybody up. */
export function findLiveMention(text: string): string | undefined {
  return /<!(?:channel|here|everyone)(?:\|[^>]*)?>/.exec(text)?.[0];
}
