import { makeApiApp } from "#workers/api/app";
import { documentConfig } from "#workers/api/docs/document";

/** The API's own description on standard output: what the hub's types are made from. */
console.log(JSON.stringify(makeApiApp().getOpenAPI31Document(documentConfig)));
