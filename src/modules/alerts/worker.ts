import { makeModuleWorker } from "#module-kit/worker";
import { alerts } from "#modules/alerts/module";

export default makeModuleWorker(alerts);
