/**
 * Slack's three control characters as entities, so that no text can become a live `<!channel>`, `<@U…>` or link
 * (Slack, Formatting text). Everything the bot says goes through here last.
 */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** What a person typed: Slack sends the three characters as entities and wraps urls in angle brackets. */
export function readText(text: string): string {
  return text
    .replaceAll(/<((?:https?|mailto):[^|>]+)(?:\|[^>]*)?>/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .slice(0, 5000)
    .toWellFormed();
}
