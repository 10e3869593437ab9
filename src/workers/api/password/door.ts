import type { Context } from "hono";
import type { ApiBindings } from "#workers/api/bindings";
import { whyForeign } from "#workers/api/session/csrf";
import { type SessionConfig, sessionConfig } from "#workers/api/session/session-config";
import { failure } from "#workers/shared/envelope";

type Door =
  | ({ ok: true; secret: string; origin: string } & Pick<SessionConfig, "isSignUpOpen" | "signUpDomains">)
  | { ok: false; response: ReturnType<typeof closed> };

/**
 * What must hold for every route that lets somebody in by a password: signing in is set up, and our own page asks. Another
 * site must not sign anybody in (login CSRF); the body is JSON, which no form can send.
 */
export function whyClosed(c: Context<ApiBindings>): Door {
  const { secret, origin, isSignUpOpen, signUpDomains } = sessionConfig(c.env);
  if (secret === undefined || origin === undefined)
    return { ok: false, response: closed(c, 503, "Signing in is not set up here.") };
  const { headers, url } = c.req.raw;
  if (whyForeign({ headers, url }, origin))
    return {
      ok: false,
      response: closed(c, 403, "This did not come from our own page. Reload the page and try again."),
    };
  return { ok: true, secret, origin, isSignUpOpen, signUpDomains };
}

function closed(c: Context<ApiBindings>, status: 403 | 503, message: string) {
  return failure(c, status, message);
}
