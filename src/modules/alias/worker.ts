import { makeModuleWorker } from "#module-kit/worker";
import { alias } from "#modules/alias/module";

export default makeModuleWorker(alias);
