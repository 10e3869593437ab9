import { makeModuleWorker } from "#module-kit/worker";
import { core } from "#modules/core/module";

export default makeModuleWorker(core);
