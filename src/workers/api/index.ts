import { makeApiApp } from "#workers/api/app";

export { HubSession } from "#durable-objects/hub-session/hub-session-object";
export { RateLimiter } from "#durable-objects/rate-limiter/rate-limiter";

export default makeApiApp();
