import { MESSAGE, type StepTask, type TrialReported } from '../../contracts/index.js';
import type { StepProgress } from '../../processes/ports.js';
import type { ActivityDeps } from '../deps.js';

/** Tells the search that a trial belongs to when the trial comes to a rung. */
export interface SearchTeller {
  tell(progress: StepProgress): void;
  /** Resolves once everything is told. */
  told(): Promise<void>;
}

/**
 * A signal at the first report of the metric at or above each rung, and none between. A signal that
 * cannot be sent fails nothing: what a trial told is read again at its end.
 */
export function tellSearch(
  { temporal, logger }: Pick<ActivityDeps, 'temporal' | 'logger'>,
  { run: { trial, runId }, stepId }: StepTask,
): SearchTeller {
  if (trial === undefined) return { tell: () => undefined, told: () => Promise.resolve() };
  const { rungs, metric, number, search } = trial;
  const handle = temporal.workflow.getHandle(search);
  let reached = 0;
  let lines = 0;
  let telling: Promise<void> = Promise.resolve();
  return {
    tell({ step, metrics }) {
      if (Object.keys(metrics).length === 0) return;
      // A step that does not count is counted for, as its curve is.
      const at = step ?? lines;
      lines += 1;
      const value = metrics[metric];
      const now = rungs.filter((rung) => rung <= at).length;
      if (value === undefined || now <= reached) return;
      reached = now;
      const report: TrialReported = { number, step: at, value };
      telling = telling
        .then(() => handle.signal(MESSAGE.trialReported, report))
        .catch((error: unknown) => {
          logger.warn({ err: error, run: runId, step: stepId }, 'the search is not told of a rung');
        });
    },
    told: () => telling,
  };
}
