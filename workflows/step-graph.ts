import { EMPTY_OUTPUTS, type ScheduledStep, type StepOutputs } from '../contracts/index.js';
import { joinOf } from './join.js';

/** How a step ended, as the steps after it see it. */
export type StepEnd =
  | { readonly status: 'completed'; readonly outputs: StepOutputs }
  | {
      readonly status: 'failed';
      /** `InvalidInput`, `Internal`, … */
      readonly failureType?: string;
      readonly detail: string;
      /** The file says to go on. */
      readonly tolerated?: true;
      /** Of a fanned-out step that goes on: what its other items handed on. */
      readonly outputs?: StepOutputs;
    }
  | {
      readonly status: 'skipped';
      readonly detail: string;
      /** Not by a condition of the file but since a step before it failed or was rejected. */
      readonly blocked?: true;
    }
  | {
      readonly status: 'rejected';
      readonly detail: string;
      /** Of a run that the step used, and the file says to go on. */
      readonly tolerated?: true;
      /** Of a fanned-out step that goes on: what its other items handed on. */
      readonly outputs?: StepOutputs;
    }
  | { readonly status: 'cancelled'; readonly detail: string };

export type StepEnds = ReadonlyMap<string, StepEnd>;

/**
 * Runs every step once all the steps it needs have ended as its `runIf` asks: the DAG is the await
 * graph, there is no polling and no queue. Independent branches go on whatever becomes of a step.
 *
 * @param steps - in topological order
 * @param ends - filled as steps end; what it holds at the start (results found by content) is not
 * run again
 * @param execute - does one step; every end of it is a value, a cancellation too
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
    ends.set(step.id, joinOf(step, ends) ?? (await execute(step)));
  };
  for (const step of steps) waits.set(step.id, run(step));
  await Promise.all(waits.values());
}

/**
 * What those of `stepIds` that have ended handed on; one that did not complete handed nothing on, so
 * that an expression can ask with `has(…)`.
 */
export function outputsOf(ends: StepEnds, stepIds: readonly string[]): Record<string, StepOutputs> {
  const outputs: Record<string, StepOutputs> = {};
  for (const id of stepIds) {
    const end = ends.get(id);
    if (end === undefined) continue;
    // What a rejected fan-out handed on counts where the file goes on from it.
    const isIgnored = end.status === 'rejected' && end.tolerated !== true;
    outputs[id] = (!isIgnored && 'outputs' in end && end.outputs) || EMPTY_OUTPUTS;
  }
  return outputs;
}
