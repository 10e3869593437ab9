import type { ModuleResponse } from "#contracts/response";
import { type Block, context, header, image, section } from "#platforms/slack/blocks/blocks";

/**
 * What a module wants shown, as blocks of a message. A form is none: it needs the click of one person and is a modal
 * (`toModal`). A page's HTML is no Slack text, so only its words are shown.
 */
export function toBlocks(response: Exclude<ModuleResponse, { type: "form" }>): Block[] {
  switch (response.type) {
    case "chat":
      return [section(response.text)];
    case "ticker":
      return [context(response.text)];
    case "general":
      return sections(response.contentType === "html" ? wordsOf(response.content) : response.content);
    case "media":
      return showMedia(response.mediaType, response.url);
    case "alert":
      return [section([response.name, response.text].filter(Boolean).join(": "))];
    case "music":
      return [context([response.title, response.artist].filter(Boolean).join(" · "))];
    case "goal":
      return [context(`${response.title}: ${response.current} / ${response.target} ${response.unit}`.trim())];
    case "caption":
      return [context(response.text)];
  }
}

/** Slack embeds pictures only; a film or a sound is an address to follow. */
function showMedia(mediaType: "video" | "image" | "audio", url: string): Block[] {
  const picture = mediaType === "image" ? image(url, "image") : undefined;
  return picture ? [picture] : [header(mediaType === "audio" ? "Listen" : "Watch"), section(url)];
}

const sectionLength = 2500;

function sections(content: string): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < content.length; at += sectionLength)
    blocks.push(section(content.slice(at, at + sectionLength)));
  return blocks;
}

const characters: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };

function wordsOf(html: string): string {
  return html
    .replaceAll(/<(?:script|style)\b[\s\S]*?(?:<\/(?:script|style)\s*>|$)/gi, " ")
    .replaceAll(/<(?:br|\/p|\/div|\/li|\/h[1-6])\b[^>]*>/gi, "\n")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => characters[name] ?? "")
    .replaceAll(/[^\S\n]+/g, " ")
    .trim();
}
