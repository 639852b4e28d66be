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
  trackIncident,
} from '../../monitoring/incidents/index.js';
import type { MeasurementDetails } from '../../monitoring/measuring/measurement-details.js';
import type { WatchDeps } from '../deps.js';
import { startAlert } from '../notify/raise-alert.js';

/** How far back it is looked since when something shows. */
const EARLIER_WINDOWS = 60;
const RECENT_DECISIONS = 100;

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
    const decisions = await registry.decisions(model, RECENT_DECISIONS);
    const decision = decisions.findLast((item) => isSame(item.window, window));
    if (decision === undefined) return { incident: null, change: 'none' };
    const [latest, ledger, measurements, champion] = await Promise.all([
      registry.latestIncident(model),
      registry.ledger(model),
      registry.measurements(model, EARLIER_WINDOWS),
      registry.champion(model),
    ]);
    // A fallback is judged by the champion's monitor.
    const version = await registry.version(model, champion?.version ?? decision.version);
    const own = measurements.filter((item) => item.version === decision.version);
    const measurement = own.find((item) => isSame(item.window, window)) ?? null;
    const guards = version?.monitor?.respond.guards ?? null;
    const arrivedAt = latest?.status === 'open' ? undefined : await arrivalOf(deps, decision);
    const { incident, change } = trackIncident(latest, {
      decision,
      measurement,
      causes:
        measurement === null
          ? []
          : await causesOf(
              deps,
              decision,
              measurement,
              own,
              ledger,
              guards?.postDeployWindows ?? 0,
            ),
      ledger,
      recovery: guards?.exit ?? DEFAULT_RECOVERY,
      ...(arrivedAt !== undefined && { arrivedAt }),
    });
    if (incident === null) return { incident: null, change };
    if (change !== 'none') await registry.putIncident(incident);
    await tell(deps, incident, change, decision.verdict.notify ?? []);
    const { number, status, severity } = incident;
    return { incident: { number, status, severity }, change };
  };
}

/** Wall clock from which it could be known; `undefined` where nothing of it ever arrived. */
async function arrivalOf(
  { predictionLog }: Deps,
  { model, window, verdict }: MonitorDecision,
): Promise<string | undefined> {
  if (verdict.silentSince !== undefined) return verdict.silentSince;
  if (verdict.kind === 'ok' || verdict.kind === 'insufficient') return undefined;
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
