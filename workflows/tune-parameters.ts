import {
  CancellationScope,
  CancelledFailure,
  continueAsNew,
  isCancellation,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  complaintOfTrialReport,
  type Halving,
  isBetter,
  type StepTask,
  type Suggestion,
  type Trial,
  type TrialReported,
  type TuningEnd,
  type TuningGoal,
  type TuningSearch,
} from '../contracts/index.js';
import { controlActivities, suggestActivities } from './activity-proxies.js';
import { receiveCancelReason } from './cancel-reason.js';
import { causeOf } from './failure-cause.js';
import { trialReportedSignal } from './messages.js';
import { type RunPauses, receivePauses } from './run-pause.js';
import type { StepEnd } from './step-graph.js';
import { runTrial, settled, type TrialEnd } from './tuning/run-trial.js';
import { RunningTrials } from './tuning/running-trials.js';
import { createTrialRace, type TrialRace } from './tuning/trial-race.js';

/**
 * Searches for the best parameters of a pipeline or a step. Trials are runs of their own, side by side
 * in batches; each batch is chosen by those before it alone, so that a seed gives the same trials
 * however long each takes. Only asynchronous halving begins the next trial as soon as one has ended.
 * What has ended is in this workflow's history: a worker that dies costs no trial that was done. While
 * the run is paused no trial begins; those that run hear of it.
 */
export async function tuneParameters(search: TuningSearch): Promise<StepEnd> {
  const race = createTrialRace();
  setHandler(trialReportedSignal, (given: unknown) => {
    const complaint = complaintOfTrialReport(given);
    if (complaint === null) race.receive(given as TrialReported);
    else log.warn('the report of a trial is dropped', { complaint });
  });
  const { task } = search;
  const cancelled = receiveCancelReason();
  const pauses = receivePauses(() => cancelled.passedOn(task.run.runId));
  const found = new Findings(search);
  const running = new RunningTrials();
  try {
    await controlActivities.openTuning({ task });
    const stopped = await tryAll(search, found, running, race, pauses);
    return await close(task, found, stopped);
  } catch (error) {
    const cancelled = isCancellation(error);
    if (!cancelled && !isFailure(error)) throw error;
    // It ends as the last of them: a trial whose search is gone would be cut off, and not be recorded.
    found.add(await running.cancelled(), race);
    const { type, message } = causeOf(error);
    const failure = cancelled ? null : { type, message };
    const { trials } = found;
    await CancellationScope.nonCancellable(() =>
      controlActivities.giveUpTuning({ task, failure, trials }),
    );
    return cancelled
      ? { status: 'cancelled', detail: 'it was cancelled' }
      : { status: 'failed', failureType: type, detail: message };
  }
}

/** Begins trials until there is a reason to begin none, and waits for them. */
async function tryAll(
  { task, startedAtMs }: TuningSearch,
  found: Findings,
  running: RunningTrials,
  race: TrialRace,
  pauses: RunPauses,
): Promise<TuningEnd> {
  let begunAtMs = startedAtMs;
  let next = found.trials.length;
  let stopped: TuningEnd | null = null;
  for (;;) {
    const isLong = workflowInfo().continueAsNewSuggested;
    if (running.size === 0 && stopped !== null) return stopped;
    if (running.size === 0 && pauses.isHeld()) {
      const heldAtMs = Date.now();
      await pauses.untilResumed();
      // The time that a search may take is not that in which it may do nothing.
      begunAtMs += Date.now() - heldAtMs;
    }
    if (running.size === 0 && isLong && next > 0) {
      const { trials, best } = found;
      await continueAsNew<(search: TuningSearch) => Promise<StepEnd>>({
        task,
        startedAtMs: begunAtMs,
        trials,
        best,
      });
    }
    if (stopped === null && !pauses.isHeld() && !(isLong && running.size > 0)) {
      const suggestion = await suggestActivities.suggestTrials({
        task,
        trials: found.trials,
        running: running.params,
        elapsedMs: Date.now() - begunAtMs,
      });
      ({ stopped } = suggestion);
      found.goBy(suggestion);
      const { halving } = found;
      race.goBy(halving, suggestion.goal, found.trials);
      const first = next;
      next += suggestion.trials.length;
      for (const index of suggestion.trials.keys()) race.begin(first + index);
      for (const [index, params] of suggestion.trials.entries()) {
        const number = first + index;
        running.begin(number, params, () =>
          runTrial({ task, number, params }, halving, race, pauses),
        );
      }
    }
    found.add(await running.ended(found.halving?.asynchronous === true, pauses), race);
    if (CancellationScope.current().consideredCancelled) {
      throw new CancelledFailure('the search was cancelled');
    }
  }
}

/** What a search has found so far. */
class Findings {
  readonly #trials: Trial[];
  #best: TuningSearch['best'];
  #goal: TuningGoal = 'minimise';
  #halving: Required<Halving> | null = null;

  constructor({ trials, best }: TuningSearch) {
    this.#trials = [...trials];
    this.#best = best;
  }

  /** By number. */
  get trials(): readonly Trial[] {
    return [...this.#trials].sort((a, b) => a.number - b.number);
  }

  get best(): TuningSearch['best'] {
    return this.#best;
  }

  get halving(): Required<Halving> | null {
    return this.#halving;
  }

  goBy({ goal, halving = null }: Suggestion): void {
    this.#goal = goal;
    this.#halving = halving;
  }

  add(ends: readonly TrialEnd[], race: TrialRace): void {
    for (const end of ends) {
      const { trial, outputs } = settled(end, this.#halving, race);
      this.#trials.push(trial);
      const { score, number } = trial;
      if (score !== null && this.#isBest(score, number)) this.#best = { score, number, outputs };
    }
  }

  /** Of equals the first. */
  #isBest(score: number, number: number): boolean {
    const best = this.#best;
    if (best === null) return true;
    if (score === best.score) return number < best.number;
    return isBetter(score, best.score, this.#goal);
  }
}

/** A workflow that goes on as a new one throws too; only what an activity or a trial threw ends it. */
function isFailure(error: unknown): boolean {
  return error instanceof Error && /^(Activity|ChildWorkflow)Failure$/.test(error.name);
}

async function close(
  task: StepTask,
  { trials, best }: Findings,
  stopped: TuningEnd,
): Promise<StepEnd> {
  const { outputs, failure } = await controlActivities.closeTuning({ task, trials, best, stopped });
  return failure === null
    ? { status: 'completed', outputs }
    : { status: 'failed', failureType: failure.type, detail: failure.message };
}
