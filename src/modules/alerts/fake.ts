import { runInProcess } from "#module-kit/run-in-process";
import { alerts } from "#modules/alerts/module";

/** The module without its Worker and without a database. */
export function makeFake() {
  return runInProcess(alerts, {});
}
