import { mayTouch, type Principal } from '../../access/index.js';
import type { PredictionLog } from '../../predictions/prediction-log.js';

/** The log as a caller may see it: ids that models of others gave are unknown to them. */
export function ownModels(log: PredictionLog, caller: Principal | null): PredictionLog {
  if (caller === null || caller.models === null) return log;
  return {
    ...log,
    models: async () => (await log.models()).filter((model) => mayTouch(caller, model)),
  };
}
