import type { EngineWorld } from './engine-world.js';
import { keepPipeline, runKept } from './started-run.js';

/**
 * Compiles a pipeline and keeps its plan, so that only its runs are measured.
 *
 * @param file - how the pipeline is called in errors
 * @returns starts one run with results that no run has had, waits for its end, gives its workflow id
 * @throws MillraceError `Internal` where it does not compile; the run, where it does not complete
 */
export async function preparePipeline(
  world: EngineWorld,
  file: string,
  yaml: string,
): Promise<() => Promise<string>> {
  const pipeline = await keepPipeline(world, file, yaml);
  return async () => (await runKept(world, pipeline)).workflowId;
}
