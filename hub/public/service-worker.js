// Keeps the hub's own built files, whose names carry their content's hash, and the page itself for when the network is
// away. Answers of the API, overlays and everything else are never kept: they are somebody's, and they change.
const kept = "hub-files-1";
const isBuiltFile = (path) => path.startsWith("/assets/");

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(kept).then((cache) => cache.add("/")));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const dropOthers = caches
    .keys()
    .then((names) => Promise.all(names.filter((name) => name !== kept).map((name) => caches.delete(name))));
  event.waitUntil(dropOthers.then(() => self.clients.claim()));
});

async function fromFiles(request) {
  const cache = await caches.open(kept);
  const known = await cache.match(request);
  if (known) return known;
  const fresh = await fetch(request);
  if (fresh.ok) await cache.put(request, fresh.clone());
  return fresh;
}

async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const cache = await caches.open(kept);
    const known = await cache.match("/");
    if (known) return known;
    throw error;
  }
}

// The hub's pages; other HTML of this origin (overlays, documents, ways back from platforms) is not its own.
const isPage = (path) => path === "/" || /^\/(c|sign-in|rehearsal|welcome)(\/|$)/.test(path);

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (isBuiltFile(url.pathname)) event.respondWith(fromFiles(request));
  else if (request.mode === "navigate" && isPage(url.pathname)) event.respondWith(page(request));
});
