import { CancellationScope, condition, log, setHandler } from '@temporalio/workflow';
import { complaintOfRunPause, type RunPause, type RunPauseRequest } from '../contracts/index.js';
import { controlActivities } from './activity-proxies.js';
import { pauseRunSignal, resumeRunSignal } from './messages.js';

/** Whether a run may start steps now. */
export interface RunPauses {
  isHeld(): boolean;
  /** @throws the cancellation, when the run is cancelled meanwhile */
  untilResumed(): Promise<void>;
  /** Resolves once every pause is in the registry. */
  recorded(): Promise<void>;
}

/**
 * Takes the signals that pause a run and let it go on: new steps do not start while it is paused,
 * running ones finish. Each pause is kept with who asked and why. To be called before the first await.
 */
export function receivePauses(runId: string): RunPauses {
  const pauses: RunPause[] = [];
  let recording: Promise<void> = Promise.resolve();
  const held = () => pauses.at(-1)?.resumedAt === null;
  const record = () => {
    const known = [...pauses];
    recording = recording.then(() =>
      CancellationScope.nonCancellable(() =>
        controlActivities.recordPauses({ runId, pauses: known }),
      ),
    );
  };
  const receive = (apply: (request: RunPauseRequest, at: string) => void) => (given: unknown) => {
    const complaint = complaintOfRunPause(given);
    if (complaint !== null) {
      log.warn('a pause of the run is dropped', { complaint });
      return;
    }
    apply(given as RunPauseRequest, new Date().toISOString());
  };
  setHandler(
    pauseRunSignal,
    receive(({ actor, reason }, at) => {
      if (held()) return;
      pauses.push({ at, actor, reason, resumedAt: null, resumedBy: null });
      record();
    }),
  );
  setHandler(
    resumeRunSignal,
    receive(({ actor }, at) => {
      const last = pauses.at(-1);
      if (last === undefined || !held()) return;
      pauses[pauses.length - 1] = { ...last, resumedAt: at, resumedBy: actor };
      record();
    }),
  );
  return {
    isHeld: held,
    untilResumed: () => condition(() => !held()),
    recorded: () => recording,
  };
}
