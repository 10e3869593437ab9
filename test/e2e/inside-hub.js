// Runs in a page of the hub before its own code: reads of the API come with hostile texts in every word that is anybody's.
(() => {
  const { texts, answers, copies } = globalThis.hostilePlan;
  const patterns = answers.map(({ path, ...rest }) => ({
    pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`),
    ...rest,
    free: new Set(rest.free),
  }));
  /** Words the page steers by: with another one it would show another page. */
  const steering = /\.(?:slug|role|csrfToken|cursor|next_cursor|etag)$/;
  const elements = new Set(
    "marquee object embed base x-own math video audio isindex area template".split(" "),
  );
  /** A word of a fixed set, by its look; a page that needs to know it is given it as it is. */
  const fixedWord = /^[a-z][\w.:-]*$/;
  const told = { served: new Set(), seen: new Set(), inMain: new Set(), strange: [], waiting: 0, nth: 0 };
  const realFetch = globalThis.fetch.bind(globalThis);
  const realNow = Date.now.bind(Date);
  const kept = new Map();
  let skewMs = 0;
  Date.now = () => realNow() + skewMs;

  const numberOf = (place) => [...place].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7);

  function spoil(value, place, nth, { free, examples: all }) {
    const examples = globalThis.hostileKeepsWords ? {} : all;
    const isKept = globalThis.hostileKeepsWords && typeof value === "string" && fixedWord.test(value);
    const inner = (one, name, way = nth) => spoil(one, name, way, { free, examples: all });
    if (
      free.has(place) &&
      !steering.test(place) &&
      !isKept &&
      (typeof value === "string" || value === null)
    ) {
      const text = texts[(numberOf(place) + nth) % texts.length];
      told.served.add(text);
      return text;
    }
    if (value === null) return examples[place] === undefined ? null : inner(examples[place], place);
    if (Array.isArray(value)) {
      const item = `${place}[]`;
      const isOurs = [...free].some((one) => one.startsWith(item));
      const some = value.length === 0 && examples[item] !== undefined && isOurs ? [examples[item]] : value;
      const many = isOurs && some.length > 0 ? Math.max(some.length, copies) : some.length;
      return Array.from({ length: many }, (_, at) => {
        const one = inner(some[at % some.length], item, nth + at);
        const isCopy = at >= some.length && typeof one?.id === "number";
        return isCopy ? { ...one, id: one.id + at * 1_000_000 } : one;
      });
    }
    if (typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => {
        const own = `${place}.${name}`;
        const isKnown = free.has(own) || [...free].some((known) => known.startsWith(own));
        return [name, inner(one, isKnown ? own : `${place}.{}`)];
      }),
    );
  }

  globalThis.fetch = async (given, init) => {
    const url = new URL(given, location.href);
    const known = patterns.find(({ pattern }) => pattern.test(url.pathname));
    if ((init?.method ?? "GET") !== "GET" || known === undefined) return realFetch(given, init);
    told.waiting += 1;
    try {
      if (!kept.has(url.href)) {
        const response = await realFetch(given, init);
        if (!response.ok || !response.headers.get("content-type")?.includes("json")) return response;
        kept.set(url.href, await response.json());
      }
      return Response.json(spoil(kept.get(url.href), "", told.nth, known));
    } finally {
      told.waiting -= 1;
    }
  };

  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

  function isShown() {
    const shown = document.body.textContent;
    return [...told.served].some((text) => shown.includes(text));
  }

  function look() {
    const [shown, main] = [document.body.textContent, document.querySelector("main").textContent];
    for (const text of told.served) {
      if (shown.includes(text)) told.seen.add(text);
      if (main.includes(text)) told.inMain.add(text);
    }
    for (const element of document.querySelectorAll("*")) {
      const { localName, attributes } = element;
      if (elements.has(localName)) told.strange.push(localName);
      for (const { name, value } of attributes) {
        const isHandler = name.startsWith("on");
        const isAddress = /^(?:href|src|action|formaction|poster|data|xlink:href|srcset|background)$/.test(
          name,
        );
        const isElsewhere = isAddress && !new URL(value, location.href).origin.startsWith(location.origin);
        const isStyle = name === "style" && /url|hostile|image/.test(value);
        if (isHandler || isElsewhere || isStyle) told.strange.push(`${localName} ${name}=${value}`);
      }
    }
  }

  /** Asks everything on the page again, with the next texts, without a new page: as when the network comes back. */
  globalThis.hostileRounds = async (rounds, start) => {
    told.nth = start;
    for (let round = 0; round < rounds; round += 1) {
      told.served.clear();
      told.nth += copies;
      // Older than anything is believed to be fresh.
      skewMs += 61_000;
      dispatchEvent(new Event("offline"));
      dispatchEvent(new Event("online"));
      await frame();
      while (told.waiting > 0) await frame();
      for (let tries = 0; tries < 60 && !isShown(); tries += 1) await frame();
      await frame();
      look();
    }
    const hasSlipped = document.querySelector('[data-testid="crash"]') !== null;
    return {
      seen: [...told.seen],
      inMain: told.inMain.size,
      strange: [...new Set(told.strange)],
      hasSlipped,
    };
  };
})();
