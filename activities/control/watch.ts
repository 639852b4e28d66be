import type { MonitorDecision, RecentWindow, ResponseRequest } from '../../contracts/index.js';
import { recentWindow } from '../../monitoring/policy/index.js';
import type { ActivityDeps } from '../deps.js';
import { signalResponse } from '../model-client.js';

const RECENT_WINDOWS = 50;
/** Silences are decisions too, and no windows. */
const RECENT_DECISIONS = 4 * RECENT_WINDOWS;

/** Where the registry says the monitor stands: what its workflow starts from. */
export interface WatchStart {
  /** End of the last window decided; `null` before any was. */
  readonly decidedUntil: string | null;
  readonly recent: readonly RecentWindow[];
  /** Event time of the silence that was decided on last; `null` before any was. */
  readonly silentFrom: string | null;
}

export function loadWatchState(deps: ActivityDeps) {
  return async ({ model }: { model: string }): Promise<WatchStart> => {
    const decisions = await deps.registry.decisions(model, RECENT_DECISIONS);
    const isSilence = ({ verdict }: MonitorDecision) => verdict.silentSince !== undefined;
    const windows = decisions.filter((decision) => !isSilence(decision));
    return {
      decidedUntil: windows.at(-1)?.window.end ?? null,
      recent: windows
        .slice(-RECENT_WINDOWS)
        .map(({ version, verdict }) => recentWindow(version, verdict)),
      silentFrom: decisions.findLast(isSilence)?.window.start ?? null,
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
