import { makeModuleWorker } from "#module-kit/worker";
import { memories } from "#modules/memories/module";

export default makeModuleWorker(memories);
