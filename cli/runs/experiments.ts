import type { Experiment, RunRecord } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { experimentOf } from '../../pipelines/cache/index.js';

/** Of a run that is still under way, or was made by an earlier release, what is known by now. */
export async function experimentOfRun(
  registry: RegistryReader,
  run: RunRecord,
): Promise<Experiment> {
  const kept = await registry.experiments.find(run.runId);
  return kept ?? experimentOf(run, await registry.steps(run.runId));
}
