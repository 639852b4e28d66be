import {
  CancellationScope,
  ChildWorkflowCancellationType,
  condition,
  isCancellation,
  startChild,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import {
  EMPTY_OUTPUTS,
  type Halving,
  type OpenTrial,
  type RunPipelineResult,
  runSearchAttributes,
  runWorkflowId,
  type StepOutputs,
  type Trial,
  WORKFLOW,
} from '../../contracts/index.js';
import { controlActivities } from '../activity-proxies.js';
import { causeOf } from '../failure-cause.js';
import { stopEarlySignal } from '../messages.js';
import type { RunPauses } from '../run-pause.js';
import type { runPipeline } from '../run-pipeline.js';
import type { TrialRace } from './trial-race.js';

/** A trial whose run is over, before it is told what became of it among the others. */
export interface TrialEnd {
  readonly number: number;
  readonly params: Trial['params'];
  readonly runId: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly result: RunPipelineResult;
  readonly metric: string;
}

/**
 * Runs one trial to its end, or until the others leave it behind. Every end of it is a value: a trial
 * that cannot begin is one that failed. One that has not begun when the run is paused waits; one that
 * has is told, as any run that is a part of another.
 */
export async function runTrial(
  asked: Omit<OpenTrial, 'runId' | 'search'>,
  halving: Required<Halving> | null,
  race: TrialRace,
  pauses: RunPauses,
): Promise<TrialEnd> {
  const { task, number, params } = asked;
  const runId = uuid4();
  let startedAtMs = Date.now();
  const end = (result: RunPipelineResult, metric = ''): TrialEnd => {
    return { number, params, runId, startedAtMs, endedAtMs: Date.now(), result, metric };
  };
  try {
    const search = workflowInfo().workflowId;
    const opened = await controlActivities.openTrial({ task, runId, number, params, search });
    const { input, metric } = opened;
    if (pauses.isHeld()) {
      await pauses.untilResumed();
      startedAtMs = Date.now();
    }
    let isOver = false;
    let stopped = Promise.resolve();
    const start = async () => {
      const child = await startChild<typeof runPipeline>(WORKFLOW.runPipeline, {
        workflowId: runWorkflowId(input.pipeline, runId),
        args: [input],
        cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
        typedSearchAttributes: runSearchAttributes(input),
      });
      stopped = CancellationScope.nonCancellable(async () => {
        await condition(() => isOver || race.prunedAt(number) !== null);
        const rung = race.prunedAt(number);
        if (isOver || rung === null || halving === null) return;
        // One that has just ended needs no end.
        await child.signal(stopEarlySignal, stopReason(halving, rung)).catch(() => undefined);
      });
      return child;
    };
    const result = await pauses.passedOn(start).finally(() => {
      isOver = true;
    });
    await stopped;
    const told =
      halving === null || result.status !== 'completed' || hasAll(race, number, halving)
        ? []
        : // A trial that went to its end has its score, also where the search is cancelled meanwhile.
          await CancellationScope.nonCancellable(() =>
            controlActivities.readTrialReports({ runId, metric: halving.metric }),
          );
    race.end(number, told);
    return end(result, metric);
  } catch (error) {
    race.end(number, []);
    const status = isCancellation(error) ? 'cancelled' : 'failed';
    return end({ runId, status, detail: causeOf(error).message });
  }
}

/** One whose steps were found in the cache told nothing: what they told when they were done counts. */
function hasAll(race: TrialRace, number: number, { rungs }: Halving): boolean {
  return race.reportsOf(number).length === rungs.length;
}

function stopReason({ rungs }: Halving, rung: number): string {
  return `stopped early: it did not pass rung ${rung}, at step ${rungs[rung]}`;
}

/**
 * What became of a trial. With halving that waits for all, one that went to its end before it was left
 * behind is pruned all the same, so that no trial owes its place to its speed.
 */
export function settled(
  { number, params, runId, startedAtMs, endedAtMs, result, metric }: TrialEnd,
  halving: Required<Halving> | null,
  race: TrialRace,
): { readonly trial: Trial; readonly outputs: StepOutputs } {
  const { outputs = EMPTY_OUTPUTS } = result;
  const rung = race.prunedAt(number);
  const isPruned =
    halving !== null &&
    rung !== null &&
    (result.status === 'cancelled' || (result.status === 'completed' && !halving.asynchronous));
  const value = outputs.metrics[metric] ?? outputs.values[metric];
  const gaveScore = result.status === 'completed' && typeof value === 'number';
  const score = gaveScore && !isPruned ? value : null;
  const missing = result.status === 'completed' && !gaveScore ? `${metric} is no number` : null;
  const reports = race.reportsOf(number);
  const trial: Trial = {
    number,
    params,
    status: isPruned ? 'pruned' : result.status,
    score,
    runId,
    detail: isPruned ? stopReason(halving, rung) : (result.detail ?? missing),
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs: endedAtMs - startedAtMs,
    ...(halving !== null && {
      // How far beyond its last rung it came before it was ended is a matter of time.
      reports: isPruned ? reports.filter((report) => report.rung <= rung) : reports,
    }),
    ...(isPruned && { prunedAt: rung }),
  };
  return { trial, outputs };
}
