// @ts-check
/// <reference lib="dom" />
// Shows HTML of strangers. It has no origin, no network and no parent it could touch; what could run is taken out all the same.

/** @type {any} */
const purifier = Reflect.get(globalThis, "DOMPurify");
const tags =
  "a abbr b blockquote br code del div em h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q s small span strong sub sup table tbody td tfoot th thead tr u ul";
const rules = {
  ALLOWED_TAGS: tags.split(" "),
  ALLOWED_ATTR: ["style", "dir", "lang", "colspan", "rowspan"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

// An address in a style would be asked for, were it not for the policy; a backslash could spell one.
purifier.addHook(
  "uponSanitizeAttribute",
  (
    /** @type {Element} */ _,
    /** @type {{ attrName: string, attrValue: string, keepAttr: boolean }} */ given,
  ) => {
    if (given.attrName === "style" && /[\\]|url|image|src|attr|var|@/i.test(given.attrValue))
      given.keepAttr = false;
  },
);

addEventListener("message", ({ source, data }) => {
  if (source !== parent || typeof data?.html !== "string") return;
  const { style } = document.body;
  style.color = String(data.textColor ?? "");
  style.fontFamily = String(data.font ?? "");
  style.fontSize = String(data.fontSize ?? "");
  document.body.replaceChildren(purifier.sanitize(data.html, rules));
  parent.postMessage({ isShown: true }, "*");
});
