import { makeModuleWorker } from "#module-kit/worker";
import { community } from "#modules/community/module";

export default makeModuleWorker(community);
