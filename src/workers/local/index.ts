import { Hono } from "hono";
import { pageHeaders } from "#workers/local/page-headers";

/** What runs behind which path; in production the same paths are routes of the zone. */
const edgePaths = ["/webhooks", "/webhook", "/interactions", "/gateway", "/overlay"];
const apiPaths = [
  "/browser/source",
  "/api",
  "/router",
  "/marketplace",
  "/ai",
  "/broker",
  "/auth",
  "/oauth",
  "/graphql",
  "/metrics",
  "/status",
  "/status.json",
  "/docs",
  "/openapi.json",
];

/** The older addresses of browser sources; what else is below `/browser/source` is the API's. */
const oldOverlayPath =
  /^\/(?:browser\/source|ws)\/[^/]+\/(?:ticker|media|music|general|alerts|form|chat|goal|captions|scene)$/;

const startsWith = (pathname: string, prefixes: readonly string[]) =>
  prefixes.some((prefix) => pathname === prefix || pathname.startsWith(`${prefix}/`));

/** One address for everything on one machine. Listens on loopback only; another site's page is turned away. */
const app = new Hono<{ Bindings: LocalEnv }>();

app.get("/health", (c) => c.env.EDGE.fetch(c.req.raw));
app.get("/healthz", (c) => c.env.API.fetch(c.req.raw));
app.all("*", async (c) => {
  const { pathname } = new URL(c.req.url);
  if (oldOverlayPath.test(pathname)) return c.env.EDGE.fetch(c.req.raw);
  if (startsWith(pathname, edgePaths)) return c.env.EDGE.fetch(c.req.raw);
  if (startsWith(pathname, apiPaths)) return c.env.API.fetch(c.req.raw);
  if (pathname.startsWith("/rehearsal/")) return toSimulators(c.req.raw, c.env.SIMULATORS_URL);
  const response = await c.env.HUB.fetch(c.req.raw);
  return withPageHeaders(response);
});

/**
 * The rehearsal stage acts as every viewer, so only this very machine's own page may use it:
 * the name must be loopback (DNS rebinding) and the request must not come from another site.
 */
async function toSimulators(request: Request, simulatorsUrl: string): Promise<Response> {
  const url = new URL(request.url);
  const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  const origin = request.headers.get("origin");
  const isOwnPage = origin === null || URL.parse(origin)?.host === url.host;
  if (!isLoopback || !isOwnPage) return new Response("refused", { status: 403 });
  if (!simulatorsUrl) return new Response("there is no rehearsal here", { status: 404 });
  return fetch(new URL(url.pathname + url.search, simulatorsUrl), request);
}

function withPageHeaders(response: Response): Response {
  const page = new Response(response.body, response);
  for (const [name, value] of Object.entries(pageHeaders)) page.headers.set(name, value);
  return page;
}

export default app;
