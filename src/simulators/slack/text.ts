/** The way Slack carries what people type: three characters as entities, everything else as it is. */
export function escapeSlackText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** What a reader sees. */
export function showSlackText(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** `<!channel>`, `<!here>`, `<!subteam^S1>`, `<@U1>`: the bot must never wake anybody up. */
export function findLiveMention(text: string): string | undefined {
  return /<(?:!|@[UWS])[^<>]*>/.exec(text)?.[0];
}

/** Slack finds people and groups in bare words only when it is asked to (`link_names`, `parse: "full"`). */
export function findLinkedName(text: string): string | undefined {
  return /@(?:channel|here|everyone|[a-z][\w.-]+)\b/.exec(text)?.[0];
}

/** Parts of blocks nobody reads. */
const unseen = new Set(["type", "id", "value", "action_id", "block_id", "callback_id", "private_metadata"]);

/** Every text in a message's blocks that people see, wherever it stands. */
export function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => (unseen.has(name) ? [] : textsOf(part)));
}
