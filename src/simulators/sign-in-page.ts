import { type Context, Hono } from "hono";
import { type Viewer, viewers } from "#simulators/viewers";

/** What somebody consented to who only shows who they are. */
export interface SignInConsent {
  viewer: Viewer;
  redirectUri: string;
  challenge?: string | undefined;
}

/**
 * A platform's page for signing in: every demo person is a link, and so is "no". The link is the page's own address with
 * `as`, so a test may ask for it straight away.
 */
export function showSignIn(
  context: Context,
  platform: string,
  issueCode: (consent: SignInConsent) => string,
): Response {
  const { redirect_uri: redirectUri = "", state = "", as, code_challenge: challenge } = context.req.query();
  if (!URL.canParse(redirectUri)) return context.text("redirect_uri is no address", 400);
  if (as === undefined) return context.html(page(platform, new URL(context.req.url)));
  const back = new URL(redirectUri);
  back.searchParams.set("state", state);
  const viewer = viewers.find(({ id }) => id === as);
  if (viewer) back.searchParams.set("code", issueCode({ viewer, redirectUri, challenge }));
  else back.searchParams.set("error", "access_denied");
  return context.redirect(back.href, 302);
}

function page(platform: string, address: URL): string {
  const linkAs = (id: string) => {
    const link = new URL(address);
    link.searchParams.set("as", id);
    return escapeHtml(link.pathname + link.search);
  };
  const people = viewers.map(
    ({ id, name, role }) => `<li><a href="${linkAs(id)}">${escapeHtml(name)}</a> <small>${role}</small></li>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Simulated ${platform}: sign in</title>
<style>body{font:1.1rem/1.8 system-ui,sans-serif;max-width:30rem;margin:12vh auto;padding:0 1rem}</style>
<h1>Simulated ${platform}</h1><p>WaddleBot wants to know who you are. Who are you today?</p>
<ul>${people.join("")}</ul><p><a href="${linkAs("nobody")}">No, do not sign in</a></p></html>`;
}

function escapeHtml(text: string): string {
  const signs: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replaceAll(/[&<>"]/g, (sign) => signs[sign] ?? sign);
}

/** Slack's OpenID Connect page, which is apart from installing. */
export function makeOpenIdPage(clientId: string, issueCode: (consent: SignInConsent) => string): Hono {
  return new Hono().get("/authorize", (context) =>
    context.req.query("client_id") === clientId
      ? showSignIn(context, "Slack", issueCode)
      : context.text("invalid_client_id", 400),
  );
}
