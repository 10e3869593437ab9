import { makeApiApp } from "#workers/api/app";

export { RateLimiter } from "#durable-objects/rate-limiter/rate-limiter";

export default makeApiApp();
