import type {
  Incident,
  IncidentChange,
  LedgerEntry,
  MonitorDecision,
  RootCause,
  TimeWindow,
  WindowMeasurement,
} from '../../contracts/index.js';
import {
  DEFAULT_RECOVERY,
  incidentAlert,
  lastSwitch,
  rootCauses,
  silenceCauses,
  type TrackedWindow,
  trackIncident,
} from '../../monitoring/incidents/index.js';
import type { MeasurementDetails } from '../../monitoring/measuring/measurement-details.js';
import type { WatchDeps } from '../deps.js';
import { startAlert } from '../notify/raise-alert.js';

/** How far back it is looked since when something shows. */
const EARLIER_WINDOWS = 60;
/** A decision is followed at once; others may come between, as of a silence. */
const RECENT_DECISIONS = 20;

type Deps = Pick<WatchDeps, 'registry' | 'artifacts' | 'predictionLog' | 'temporal' | 'logger'>;

export interface FollowedDecision {
  readonly incident: Pick<Incident, 'number' | 'status' | 'severity'> | null;
  readonly change: IncidentChange;
}

/**
 * Takes a recorded decision into the model's incident and tells of what that changed. Delivered
 * twice it yields the same incident and an alert of the same key.
 */
export function followDecision(deps: Deps) {
  return async ({
    model,
    window,
  }: {
    model: string;
    window: TimeWindow;
  }): Promise<FollowedDecision> => {
    const { registry } = deps;
    const [decisions, latest] = await Promise.all([
      registry.decisions(model, RECENT_DECISIONS),
      registry.latestIncident(model),
    ]);
    const decision = decisions.findLast((item) => isSame(item.window, window));
    if (decision === undefined || isUsual(decision, latest)) return NOTHING;
    const { incident, change } = trackIncident(latest, await evidenceOf(deps, decision, latest));
    if (incident === null || change === 'none') return NOTHING;
    await registry.putIncident(incident);
    await tell(deps, incident, change, decision.verdict.notify ?? []);
    const { number, status, severity } = incident;
    return { incident: { number, status, severity }, change };
  };
}

const NOTHING: FollowedDecision = { incident: null, change: 'none' };

/** Nothing is wrong and nothing was: no incident is open, and none was closed by this very window. */
function isUsual(decision: MonitorDecision, latest: Incident | null): boolean {
  if (!isQuiet(decision) || latest?.status === 'open') return false;
  return latest?.windows.every(({ window }) => !isSame(window, decision.window)) ?? true;
}

function isQuiet({ verdict }: MonitorDecision): boolean {
  return verdict.kind === 'ok' || verdict.kind === 'insufficient';
}

async function evidenceOf(
  deps: Deps,
  decision: MonitorDecision,
  latest: Incident | null,
): Promise<TrackedWindow> {
  const { registry } = deps;
  const { model, version } = decision;
  const [ledger, champion] = await Promise.all([registry.ledger(model), registry.champion(model)]);
  // A fallback is judged by the champion's monitor.
  const record = await registry.version(model, champion?.version ?? version);
  const guards = record?.monitor?.respond.guards;
  const measurements = isQuiet(decision) ? [] : await registry.measurements(model, EARLIER_WINDOWS);
  const own = measurements.filter((item) => item.version === version);
  const measurement = own.find((item) => isSame(item.window, decision.window)) ?? null;
  const arrivedAt = latest?.status === 'open' ? undefined : await arrivalOf(deps, decision);
  return {
    decision,
    measurement,
    causes:
      measurement === null
        ? silenceCauses(decision, await registry.leases())
        : await causesOf(deps, decision, measurement, own, ledger, guards?.postDeployWindows ?? 0),
    ledger,
    recovery: guards?.exit ?? DEFAULT_RECOVERY,
    ...(arrivedAt !== undefined && { arrivedAt }),
  };
}

/** Wall clock from which it could be known; `undefined` where nothing of it ever arrived. */
async function arrivalOf(
  { predictionLog }: Deps,
  decision: MonitorDecision,
): Promise<string | undefined> {
  const { model, window, verdict } = decision;
  if (verdict.silentSince !== undefined) return verdict.silentSince;
  if (isQuiet(decision)) return undefined;
  const arrivals = await predictionLog.arrivals(model, window);
  return arrivals === null ? undefined : new Date(arrivals.fromMs).toISOString();
}

/** Raises the alert of a change, where somebody is to be told of it. */
export async function tell(
  deps: Pick<WatchDeps, 'temporal'>,
  incident: Incident,
  change: IncidentChange,
  channels: readonly string[],
): Promise<void> {
  const alert = incidentAlert(incident, change, channels);
  if (alert !== null) await startAlert(deps, alert);
}

async function causesOf(
  deps: Deps,
  { model, verdict }: MonitorDecision,
  measurement: WindowMeasurement,
  measurements: readonly WindowMeasurement[],
  ledger: readonly LedgerEntry[],
  postDeployWindows: number,
): Promise<readonly RootCause[]> {
  const { from = null, to = null } = lastSwitch(ledger) ?? {};
  const [current, previous] = await Promise.all(
    [to, from].map((version) => (version === null ? null : deps.registry.version(model, version))),
  );
  return rootCauses(verdict.kind, {
    measurement,
    columns: await columnsOf(deps, measurement),
    earlier: measurements.filter(({ window }) => window.end <= measurement.window.start),
    ledger,
    versions: { current: current ?? null, previous: previous ?? null },
    postDeployWindows,
  });
}

/** Candidates are worth having without the numbers of the columns. */
async function columnsOf(
  { artifacts, logger }: Deps,
  { model, details }: WindowMeasurement,
): Promise<MeasurementDetails['columns']> {
  if (details === null) return [];
  try {
    return (await artifacts.readJson<MeasurementDetails>(details)).columns;
  } catch (error) {
    logger.warn({ err: error, model }, 'the details of a window cannot be read');
    return [];
  }
}

function isSame(a: TimeWindow, b: TimeWindow): boolean {
  return a.start === b.start && a.end === b.end;
}
