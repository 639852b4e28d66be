import { Context } from '@temporalio/activity';
import {
  isMillraceError,
  type RollbackAsker,
  type RollbackCandidate,
  type RollbackChoice,
  sourceFile,
  type VersionRecord,
  type WindowMeasurement,
} from '../../contracts/index.js';
import { signatureObstacles } from '../../models/inference/index.js';
import { compareOnWindow } from '../../monitoring/measuring/compare-on-window.js';
import { chooseRollback } from '../../monitoring/policy/index.js';
import type { ActivityDeps } from '../deps.js';

/** Measurements that are looked through for the newest of each version. */
const MEASUREMENTS_READ = 1_000;

export interface RollbackQuestion {
  readonly model: string;
  /** The version that serves now. */
  readonly champion: number;
  /** In the order of preference. */
  readonly candidates: readonly number[];
  readonly asker: RollbackAsker;
}

/**
 * Which earlier champion is to come back: whether each can serve, whether it was good, and how it
 * does on the rows that are served now. Changes nothing.
 */
export function chooseEarlierChampion(deps: ActivityDeps) {
  return async (question: RollbackQuestion): Promise<RollbackChoice> => {
    const { signal, heartbeat } = liveContext();
    const { model, candidates, asker } = question;
    const live = await deps.registry.version(model, question.champion);
    const measurements = await deps.registry.measurements(model, MEASUREMENTS_READ);
    const asked: RollbackCandidate[] = [];
    for (const version of candidates) {
      heartbeat();
      const record = await deps.registry.version(model, version);
      const problem = await problemOf(deps, version, record, live);
      const isOpen =
        problem === null && record !== null && live !== null && asker !== 'person-names';
      const candidate = {
        version,
        problem,
        onCurrentData: isOpen
          ? await onCurrentData(deps, live, record, measurements, signal)
          : null,
        lastMeasured: lastMeasured(version, measurements),
      };
      asked.push(candidate);
      // Those behind it in the order need not be asked.
      if (chooseRollback([candidate], asker).to !== null) break;
    }
    return chooseRollback(asked, asker);
  };
}

/** In a backtest no activity is under way. */
function liveContext(): { readonly signal?: AbortSignal; readonly heartbeat: () => void } {
  try {
    const context = Context.current();
    return { signal: context.cancellationSignal, heartbeat: () => context.heartbeat() };
  } catch {
    return { heartbeat: () => undefined };
  }
}

async function problemOf(
  deps: ActivityDeps,
  version: number,
  record: VersionRecord | null,
  live: VersionRecord | null,
): Promise<string | null> {
  if (record === null) return `(${version}) is not in the registry`;
  if (record.status !== 'ready') return `is ${record.status}`;
  if (record.approval === 'rejected') return 'was rejected by a person';
  const obstacles =
    live === null ? [] : signatureObstacles(record.content.signature, live.content.signature);
  if (obstacles.length > 0) return obstacles.join(' and ');
  try {
    const file = sourceFile(record.content);
    if (file !== null) await deps.artifacts.localPath(file);
    return null;
  } catch (error) {
    // A store that cannot be reached is asked again; a damaged artifact stays damaged.
    if (!isMillraceError(error)) throw error;
    return `has an artifact that is not intact: ${error.message}`;
  }
}

/** As the monitor measured it on its newest window, else asked now. */
async function onCurrentData(
  deps: ActivityDeps,
  live: VersionRecord,
  record: VersionRecord,
  measurements: readonly WindowMeasurement[],
  signal: AbortSignal | undefined,
): Promise<RollbackCandidate['onCurrentData']> {
  const newest = measurements.findLast(
    (item) => item.version === live.version && item.labelledRows > 0,
  );
  if (newest === undefined) return null;
  const known = newest.previous?.version === record.version ? newest.previous : null;
  try {
    const compared =
      known ??
      (await compareOnWindow(deps, { live, other: record, window: newest.window, signal }));
    if (compared === null) return null;
    const { mean, low, high } = compared.lossDifference;
    const detail =
      `version ${live.version} loses ${short(mean)} a row more than it` +
      ` (95 % interval ${short(low)} to ${short(high)}) in the window to ${newest.window.end}`;
    return { better: compared.better, detail };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    deps.logger.warn(
      { model: live.model, version: record.version, error: String(error) },
      'an earlier version could not be asked the newest rows',
    );
    return null;
  }
}

function lastMeasured(
  version: number,
  measurements: readonly WindowMeasurement[],
): RollbackCandidate['lastMeasured'] {
  const measured = measurements.findLast(
    ({ version: of, performance }) =>
      of === version && performance !== null && performance.verdict !== 'insufficient',
  );
  if (measured?.performance == null) return null;
  const { verdict, metric, value, baseline } = measured.performance;
  const detail = `${metric} ${short(value)} against ${short(baseline)} at registration, in the window to ${measured.window.end}`;
  return { kept: verdict === 'kept', detail };
}

function short(value: number | null): string {
  return value === null ? 'none' : String(Number(value.toPrecision(4)));
}
