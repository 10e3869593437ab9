import { readJson } from "#lib/read-json";

/**
 * The answer of a token endpoint as RFC 6749 has it: Twitch writes `scope` as a list, and Slack says no with 200 and
 * `ok: false`.
 */
export async function readTokenAnswer(response: Response): Promise<Response> {
  const text = await response.text();
  const body = readJson(text);
  const headers = { "content-type": "application/json" };
  if (typeof body !== "object" || body === null)
    return new Response(text, { status: response.status, headers: response.headers });
  const isSlackRefusal = "ok" in body && body.ok === false;
  const scope = "scope" in body && Array.isArray(body.scope) ? { scope: body.scope.join(" ") } : {};
  const refusal = isSlackRefusal ? { error: "invalid_grant" } : {};
  return new Response(JSON.stringify({ ...body, ...scope, ...refusal }), {
    status: isSlackRefusal ? 400 : response.status,
    headers,
  });
}
