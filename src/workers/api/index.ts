import { makeApiApp } from "#workers/api/app";

export default makeApiApp();
