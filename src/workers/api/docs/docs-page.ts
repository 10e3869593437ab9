import type { OpenAPIHono } from "@hono/zod-openapi";
import { html, raw } from "hono/html";
import type * as z from "zod";
import type { ApiBindings } from "#workers/api/bindings";
import { documentConfig } from "#workers/api/docs/document";
import { type content, type Operation, operationsOf, type parameter } from "#workers/api/docs/operations";
import { style } from "#workers/api/docs/style";

/** `GET /docs`: the document to read, in one page without scripts or anything from elsewhere. */
export function mountDocsPage(app: OpenAPIHono<ApiBindings>): void {
  app.get("/docs", (c) => {
    const nonce = crypto.randomUUID();
    c.header(
      "content-security-policy",
      `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    c.header("x-content-type-options", "nosniff");
    c.header("referrer-policy", "no-referrer");
    return c.html(page(operationsOf(app.getOpenAPI31Document(documentConfig)), nonce));
  });
}

function page(groups: ReadonlyMap<string, Operation[]>, nonce: string) {
  const { title, version } = documentConfig.info;
  const tags = [...groups.keys()].sort();
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} API</title>
<style nonce="${nonce}">${raw(style)}</style>
</head>
<body>
<header><h1>${title} API <small>${version}</small></h1>
<p>Show who you are with <code>X-API-Key</code>, or with <code>Authorization: Bearer</code> and a person's token.
Answers say with <code>X-RateLimit-Limit</code>, <code>-Remaining</code> and <code>-Reset</code> how often you may still call.
For programs there is <a href="/openapi.json">the document</a>.</p>
<nav>${tags.map((tag) => html`<a href="#${tag}">${tag}</a> `)}</nav></header>
<main>${tags.map((tag) => section(tag, groups.get(tag) ?? []))}</main>
</body>
</html>`;
}

function section(tag: string, operations: readonly Operation[]) {
  return html`<section id="${tag}"><h2>${tag}</h2>${operations.map(card)}</section>`;
}

function card({ method, path, summary, parameters, requestBody, responses }: Operation) {
  return html`<details>
<summary><b class="${method}">${method.toUpperCase()}</b> <code>${path}</code> <span>${summary}</span></summary>
${parameters.length > 0 ? parameterTable(parameters) : ""}
${requestBody ? html`<h3>Body</h3>${schemaBlock(requestBody.content)}` : ""}
${Object.entries(responses).map(
  ([status, answer]) =>
    html`<h3>${status} <small>${answer.description}</small></h3>${
      status.startsWith("2") ? schemaBlock(answer.content) : ""
    }`,
)}
</details>`;
}

function parameterTable(parameters: readonly z.infer<typeof parameter>[]) {
  return html`<table><thead><tr><th>Name</th><th>Where</th><th>What</th></tr></thead><tbody>${parameters.map(
    (one) => html`<tr><td><code>${one.name}</code>${one.required ? " *" : ""}</td><td>${one.in}</td>
<td>${one.schema?.enum?.map(String).join(" · ") ?? String(one.schema?.type ?? "")}</td></tr>`,
  )}</tbody></table>`;
}

function schemaBlock(types: z.infer<typeof content>) {
  const schema = types?.["application/json"]?.schema;
  return schema === undefined ? "" : html`<pre tabindex="0">${JSON.stringify(schema, null, 2)}</pre>`;
}
