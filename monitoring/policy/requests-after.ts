import type {
  ChampionStanding,
  MonitorDecision,
  MonitorSpec,
  Repair,
  ResponseRequest,
  Verdict,
  WindowMeasurement,
} from '../../contracts/index.js';
import { dueRetrain } from './due-retrain.js';
import type { VersionOrigin } from './evidence.js';
import { liftRequests } from './lift-requests.js';
import { responseTo } from './response.js';

/** What a decision on a window needs besides the measurement and the verdict. */
export interface DecisionContext {
  readonly spec: MonitorSpec;
  readonly origin: VersionOrigin;
  /** Absent where nothing of the monitor asks for it. */
  readonly standing?: ChampionStanding;
  /** Repairs in force. */
  readonly repairs: readonly Repair[];
}

/**
 * Everything that a decided window asks of the model's workflow: what answers the verdict, a retrain
 * that is due anyway, and the end of repairs whose trouble has recovered.
 */
export function requestsAfter(
  verdict: Verdict,
  measurement: WindowMeasurement,
  { spec, origin, standing, repairs }: DecisionContext,
): readonly ResponseRequest[] {
  const response = responseTo(verdict, measurement, origin, standing);
  const replacesVersion =
    response?.kind === 'rollback' ||
    (response?.kind === 'repair' && response.repair === 'fallback');
  const due =
    standing === undefined || replacesVersion
      ? null
      : dueRetrain(verdict, measurement, standing, origin, spec);
  return [
    ...[response, due].filter((request) => request !== null),
    ...liftRequests(verdict, measurement, repairs),
  ];
}

/** What a decision is recorded to have signalled: its first request, lifts aside. */
export function signalledBy(requests: readonly ResponseRequest[]): MonitorDecision['signalled'] {
  const first = requests.find((request) => request.kind !== 'repair' || request.change === 'begin');
  if (first === undefined) return null;
  return first.kind === 'repair' ? first.repair : first.kind;
}

/** Whether the monitor needs to know what came since the champion's training. */
export function countsArrivals({ respond: { retrain, guards } }: MonitorSpec): boolean {
  const { continuous, newLabels, newRows, maxAgeMs } = retrain;
  return [continuous, newLabels, newRows, maxAgeMs, guards.minLabels].some(
    (setting) => setting !== undefined,
  );
}
