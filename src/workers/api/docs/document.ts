import type { OpenAPIHono } from "@hono/zod-openapi";
import { productVersion } from "#contracts/version";
import type { ApiBindings } from "#workers/api/bindings";

/** What every route of the document shares. */
export const documentConfig = {
  openapi: "3.1.0",
  info: {
    title: "WaddleBot",
    version: productVersion,
    description:
      "One bot for a community's every platform. Every answer but those of the oldest routes stands in an envelope: " +
      "`success`, then `data` or `error`, and `timestamp`. `X-RateLimit-Limit`, `-Remaining` and `-Reset` (epoch seconds) " +
      "say how often one may still call. Where the answer to a change carries `X-Written-At`, whoever sends it back as " +
      "`X-Read-After` may be answered from a replica that has that change already.",
  },
  security: [{ ApiKey: [] }, { UserToken: [] }, { Session: [] }],
};

/** The ways to show who one is; the routes name them. */
export function registerSecurity(app: OpenAPIHono<ApiBindings>): void {
  const { openAPIRegistry: registry } = app;
  registry.registerComponent("securitySchemes", "ApiKey", {
    type: "apiKey",
    in: "header",
    name: "X-API-Key",
    description: "`wb_<environment>_<id>_<secret>`, in the header and never in the address",
  });
  registry.registerComponent("securitySchemes", "UserToken", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "A signed-in person's token, HS256, at most 24 hours old",
  });
  registry.registerComponent("securitySchemes", "Session", {
    type: "apiKey",
    in: "cookie",
    name: "__Host-waddlebot",
    description:
      "A browser that is signed in; whatever changes something carries `X-CSRF-Token` from `/api/v1/auth/me`",
  });
  registry.registerComponent("securitySchemes", "BrokerKey", {
    type: "apiKey",
    in: "header",
    name: "X-Broker-Key",
    description: "The broker's own key",
  });
}
