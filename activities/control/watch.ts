import type {
  MonitorDecision,
  RecentWindow,
  ResponseRequest,
  TimeWindow,
} from '../../contracts/index.js';
import { dueWindows } from '../../monitoring/measuring/due-windows.js';
import { kindsOf } from '../../monitoring/policy/index.js';
import type { ActivityDeps } from '../deps.js';
import { signalResponse } from '../model-client.js';

const RECENT_DECISIONS = 50;
const COARSE_CHECK_MS = 60_000;
/** Windows handed out at once: each is a measurement, and history stays short. */
const WINDOWS_AT_ONCE = 20;

/** Where the registry says the monitor stands: what its workflow starts from. */
export function loadWatchState(deps: ActivityDeps) {
  return async ({
    model,
  }: {
    model: string;
  }): Promise<{ nextWindowStart: string | null; recent: readonly RecentWindow[] }> => {
    const decisions = await deps.registry.decisions(model, RECENT_DECISIONS);
    return {
      nextWindowStart: decisions.at(-1)?.window.end ?? null,
      recent: decisions.map(({ version, verdict }) => ({ version, kinds: kindsOf(verdict) })),
    };
  };
}

export interface WindowsToDecide {
  /** Version that serves; 0 where none does, and then nothing is due. */
  readonly champion: number;
  readonly due: readonly TimeWindow[];
  /** More windows are closed already than are handed out. */
  readonly more: boolean;
  /** When to look again though nothing wakes the monitor. */
  readonly nextCheckMs: number;
}

/** Windows that have closed since the last one decided, oldest first. */
export function inspectWindows(deps: ActivityDeps) {
  return async ({
    model,
    nextWindowStart,
  }: {
    model: string;
    nextWindowStart: string | null;
  }): Promise<WindowsToDecide> => {
    const champion = await deps.registry.champion(model);
    const version = champion === null ? null : await deps.registry.version(model, champion.version);
    const monitor = version?.monitor ?? null;
    if (monitor === null)
      return { champion: 0, due: [], more: false, nextCheckMs: COARSE_CHECK_MS };
    const closed = dueWindows(
      monitor,
      await deps.predictions.summary(model),
      nextWindowStart,
      Date.now(),
    );
    return {
      champion: champion?.version ?? 0,
      due: closed.slice(0, WINDOWS_AT_ONCE),
      more: closed.length > WINDOWS_AT_ONCE,
      nextCheckMs: Math.max(1_000, Math.min(COARSE_CHECK_MS, monitor.window.idleTimeoutMs)),
    };
  };
}

export function recordDecision(deps: ActivityDeps) {
  return async ({ decision }: { decision: Omit<MonitorDecision, 'decidedAt'> }): Promise<void> => {
    await deps.registry.recordDecision({ ...decision, decidedAt: new Date().toISOString() });
  };
}

/** Signals the model's workflow, starting it where it is gone. */
export function signalModel(deps: ActivityDeps) {
  return async ({ model, request }: { model: string; request: ResponseRequest }): Promise<void> => {
    await signalResponse(deps.temporal, model, request);
  };
}
