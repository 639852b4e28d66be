import type { ScheduledStep, StepOutputs, StepStatus } from '../contracts/index.js';

/** How a step ended, as the steps after it see it. */
export type StepEnd =
  | { readonly status: 'completed'; readonly outputs: StepOutputs }
  | {
      readonly status: Extract<StepStatus, 'failed' | 'skipped' | 'rejected'>;
      /** `InvalidInput`, `Internal`, …; only on a failure. */
      readonly failureType?: string;
      readonly detail: string;
    };

export type StepEnds = ReadonlyMap<string, StepEnd>;

/**
 * Runs every step once all the steps it needs have completed: the DAG is the await graph, there is
 * no polling and no queue. A step whose need did not complete is skipped; independent branches go on.
 *
 * @param steps - in topological order
 * @param ends - filled as steps end; what it holds at the start (results found by content) is not
 * run again. It stays true to what happened when the run is cancelled half-way
 * @param execute - does one step; rejects only when the whole run is to stop (cancellation)
 */
export async function runStepGraph(
  steps: readonly ScheduledStep[],
  ends: Map<string, StepEnd>,
  execute: (step: ScheduledStep) => Promise<StepEnd>,
): Promise<void> {
  const waits = new Map<string, Promise<void>>();
  const run = async (step: ScheduledStep): Promise<void> => {
    await Promise.all(step.needs.map((need) => waits.get(need)));
    if (ends.has(step.id)) return;
    const blocker = step.needs.find((need) => ends.get(need)?.status !== 'completed');
    const end: StepEnd =
      blocker === undefined
        ? await execute(step)
        : { status: 'skipped', detail: `step ${blocker} did not complete` };
    ends.set(step.id, end);
  };
  for (const step of steps) waits.set(step.id, run(step));
  await Promise.all(waits.values());
}

/** Outputs of those of `stepIds` that completed. */
export function outputsOf(ends: StepEnds, stepIds: readonly string[]): Record<string, StepOutputs> {
  const outputs: Record<string, StepOutputs> = {};
  for (const id of stepIds) {
    const end = ends.get(id);
    if (end?.status === 'completed') outputs[id] = end.outputs;
  }
  return outputs;
}
