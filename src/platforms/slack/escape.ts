/**
 * Slack's three control characters as entities, so that no text can become a live `<!channel>`, `<@U…>` or link
 * (Slack, Formatting text). Everything the bot says goes through here last.
 */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * What a person typed: Slack sends the three characters as entities, and wraps urls, people, channels and calls to all
 * in angle brackets. They come out as a reader sees them; a person as `@` and the id, which is what never changes.
 */
export function readText(text: string): string {
  return text
    .replaceAll(/<((?:https?|mailto):[^|>]+)(?:\|[^>]*)?>/g, "$1")
    .replaceAll(/<@([UW][A-Z0-9]{1,30})(?:\|[^>]*)?>/g, "@$1")
    .replaceAll(/<#([CGD][A-Z0-9]{1,30})(?:\|([^>]*))?>/g, (_, id: string, name = "") => `#${name || id}`)
    .replaceAll(
      /<!(?:subteam\^[A-Z0-9]+\|@?([^>]+)|([a-z]+)(?:\|[^>]*)?)>/g,
      (_, team = "", all = "") => `@${team || all}`,
    )
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .slice(0, 5000)
    .toWellFormed();
}
