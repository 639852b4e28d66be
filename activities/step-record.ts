import type {
  PlanStep,
  StepFailure,
  StepOutcome,
  StepRecord,
  StepStatus,
  StepTask,
} from '../contracts/index.js';

interface StepTimes {
  readonly startedAtMs: number;
  readonly attempt: number;
  /** When the attempt was scheduled; absent where no attempt writes. */
  readonly fence?: string;
}

/** The registry's record of a step that has just begun. */
export function runningRecord(task: StepTask, step: PlanStep, times: StepTimes): StepRecord {
  return {
    runId: task.run.runId,
    stepId: task.stepId,
    kind: step.kind,
    status: 'running',
    attempts: times.attempt,
    startedAt: new Date(times.startedAtMs).toISOString(),
    endedAt: null,
    durationMs: null,
    cacheKey: null,
    outcome: null,
    failure: null,
    ...(times.fence !== undefined && { fence: times.fence }),
  };
}

/** The same record at its end. */
export function endedRecord(
  running: StepRecord,
  status: StepStatus,
  end: {
    readonly cacheKey?: string | null;
    readonly outcome?: StepOutcome;
    readonly failure?: StepFailure;
  },
): StepRecord {
  const endedAtMs = Date.now();
  return {
    ...running,
    status,
    endedAt: new Date(endedAtMs).toISOString(),
    durationMs: running.startedAt === null ? null : endedAtMs - Date.parse(running.startedAt),
    cacheKey: end.cacheKey ?? null,
    outcome: end.outcome ?? null,
    failure: end.failure ?? null,
  };
}
