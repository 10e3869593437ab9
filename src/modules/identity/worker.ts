import { makeModuleWorker } from "#module-kit/worker";
import { identity } from "#modules/identity/module";

export default makeModuleWorker(identity);
