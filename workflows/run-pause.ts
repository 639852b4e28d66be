import {
  CancellationScope,
  type ChildWorkflowHandle,
  condition,
  log,
  setHandler,
  type Workflow,
  type WorkflowResultType,
} from '@temporalio/workflow';
import {
  complaintOfRunPause,
  type RunCancelRequest,
  type RunPause,
  type RunPauseRequest,
} from '../contracts/index.js';
import { cancelledWith } from './cancelled-child.js';
import { pauseRunSignal, resumeRunSignal } from './messages.js';

/** Whether work may begin now. */
export interface RunPauses {
  isHeld(): boolean;
  /** @throws the cancellation, when the run is cancelled meanwhile */
  untilResumed(): Promise<void>;
  /**
   * The result of a child workflow, which hears of every pause and its end while it goes on, and of who
   * cancels it.
   */
  passedOn<W extends Workflow>(
    start: () => Promise<ChildWorkflowHandle<W>>,
  ): Promise<WorkflowResultType<W>>;
  /** Resolves once every pause is recorded. */
  recorded(): Promise<void>;
}

/**
 * Takes the signals that pause a run and let it go on: neither steps nor items begin while it is
 * paused, what runs finishes. Children that do a part of the work are told. A cancellation ends a
 * pause: what follows it is not held up by one that nobody lifts any more. To be called before the
 * first await.
 *
 * @param saidOnCancel - what children hear that are cancelled now
 * @param record - keeps the pauses with who asked and why; a child that is not a run of its own keeps none
 */
export function receivePauses(
  saidOnCancel: () => RunCancelRequest,
  record: (pauses: readonly RunPause[]) => Promise<void> = async () => undefined,
): RunPauses {
  const pauses: RunPause[] = [];
  const children = new Set<Child>();
  const work = CancellationScope.current();
  let recording: Promise<void> = Promise.resolve();
  const isHeld = () => pauses.at(-1)?.resumedAt === null && !work.consideredCancelled;
  const keep = () => {
    const known = [...pauses];
    recording = recording.then(() => CancellationScope.nonCancellable(() => record(known)));
  };
  const receive = (apply: (request: RunPauseRequest, at: string) => void) => (given: unknown) => {
    const complaint = complaintOfRunPause(given);
    if (complaint !== null) {
      log.warn('a pause of the run is dropped', { complaint });
      return;
    }
    const before = pauses.at(-1);
    apply(given as RunPauseRequest, new Date().toISOString());
    if (before === pauses.at(-1)) return;
    keep();
    for (const child of children) tell(child, pauses);
  };
  setHandler(
    pauseRunSignal,
    receive(({ actor, reason }, at) => {
      if (pauses.at(-1)?.resumedAt === null) return;
      pauses.push({ at, actor, reason, resumedAt: null, resumedBy: null });
    }),
  );
  setHandler(
    resumeRunSignal,
    receive(({ actor }, at) => {
      const last = pauses.at(-1);
      if (last === undefined || last.resumedAt !== null) return;
      pauses[pauses.length - 1] = { ...last, resumedAt: at, resumedBy: actor };
    }),
  );
  return {
    isHeld,
    untilResumed: () => condition(() => !isHeld()),
    async passedOn(start) {
      let leave = () => {};
      try {
        return await cancelledWith(saidOnCancel, async () => {
          const handle = await start();
          const child: Child = { signal: (signal, request) => handle.signal(signal, request) };
          children.add(child);
          leave = () => children.delete(child);
          // Paused between its start and now: it has not heard of it.
          if (isHeld()) tell(child, pauses);
          return handle;
        });
      } finally {
        leave();
      }
    },
    recorded: () => recording,
  };
}

interface Child {
  signal(
    signal: typeof pauseRunSignal | typeof resumeRunSignal,
    request: RunPauseRequest,
  ): Promise<void>;
}

/** In the order of the signals: Temporal hands them on as they were sent. One that has ended needs no word. */
function tell(child: Child, pauses: readonly RunPause[]): void {
  const last = pauses.at(-1);
  if (last === undefined) return;
  const { actor, reason, resumedBy } = last;
  const told =
    resumedBy === null
      ? child.signal(pauseRunSignal, { actor, reason })
      : child.signal(resumeRunSignal, { actor: resumedBy, reason });
  told.catch((error: unknown) =>
    log.info('a part of the run could not be told', { error: String(error) }),
  );
}
