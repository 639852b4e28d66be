import type {
  Incident,
  LedgerEntry,
  MonitorLook,
  Repair,
  Severity,
  TimeWindow,
  VerdictKind,
} from '../../contracts/index.js';
import { incidentName, isOverdue } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { stateFromLedger } from '../../monitoring/policy/index.js';
import {
  type Automated,
  automationOf,
  type UndoableAction,
  undoableOf,
  type Waiting,
  waitingOf,
} from './automation.js';

/** Windows of which the trend is drawn. */
const WINDOWS = 8;

/** One model in the JSON of `status`. Fields may be added, never renamed. */
export interface ModelStatus {
  readonly name: string;
  readonly champion: number | null;
  /** Event time. */
  readonly championSince: string | null;
  /** Version that answers in place of the champion. */
  readonly fallback: number | null;
  /** Inputs that the gateways fill in. */
  readonly imputed: readonly string[];
  /** The newest window that was decided. */
  readonly window: TimeWindow | null;
  readonly verdict: VerdictKind | null;
  readonly drift: {
    readonly share: number | null;
    readonly threshold: number;
    readonly columns: readonly string[];
  } | null;
  readonly performance: {
    readonly metric: string;
    readonly value: number | null;
    readonly baseline: number;
    readonly relativeLoss: number | null;
    readonly threshold: number;
    /** Of the windows before and this one, oldest first; `null` where a window has none. */
    readonly recentLosses: readonly (number | null)[];
  } | null;
  readonly incident: {
    readonly name: string;
    readonly severity: Severity;
    readonly kind: VerdictKind;
    readonly summary: string;
    readonly openedAt: string;
  } | null;
  /** The ledger's newest line but registrations. */
  readonly lastAction: Pick<LedgerEntry, 'action' | 'at' | 'actor' | 'reason' | 'to'> | null;
  readonly automation: Automated;
  /** What was asked for and waits, as for a person's approval. */
  readonly waiting: readonly Waiting[];
  readonly undoable: readonly UndoableAction[];
  readonly monitor: MonitorStatus | null;
}

export interface MonitorStatus {
  readonly nextWindow: TimeWindow | null;
  /** Event time at which it is decided; `null` where that is not known yet. */
  readonly nextCloses: string | null;
  readonly watermark: string | null;
  readonly lookedAt: string | null;
  /** It should have looked long since. */
  readonly isOverdue: boolean;
  readonly problem: string | null;
}

/** Every model, by its name. */
export async function readStatus(
  registry: RegistryReader,
  nowMs: number,
): Promise<readonly ModelStatus[]> {
  const [names, incidents, repairs, looks] = await Promise.all([
    registry.models(),
    registry.incidents({ status: 'open' }),
    registry.repairs(),
    registry.monitorLooks(),
  ]);
  return Promise.all(
    names.map((name) =>
      modelStatus(registry, name, nowMs, {
        incident: incidents.find(({ model }) => model === name) ?? null,
        repairs: repairs.filter(({ model }) => model === name),
        look: looks.find(({ model }) => model === name) ?? null,
      }),
    ),
  );
}

/** Lines that change nothing in production: the steps of a retirement follow its beginning and its end. */
const NO_NEWS: readonly LedgerEntry['action'][] = ['registered', 'retire-step'];

async function modelStatus(
  registry: RegistryReader,
  name: string,
  nowMs: number,
  known: {
    readonly incident: Incident | null;
    readonly repairs: readonly Repair[];
    readonly look: MonitorLook | null;
  },
): Promise<ModelStatus> {
  const [champion, ledger, measurements, decisions] = await Promise.all([
    registry.champion(name),
    registry.ledger(name),
    registry.measurements(name, 2 * WINDOWS),
    registry.decisions(name, 1),
  ]);
  const record = champion === null ? null : await registry.version(name, champion.version);
  const fallback = known.repairs.find((repair) => repair.kind === 'fallback')?.version ?? null;
  const answering = fallback ?? champion?.version;
  const own = measurements.filter(({ version }) => version === answering);
  const last = own.at(-1);
  const decision = decisions.at(-1);
  const state = stateFromLedger(name, ledger, record?.monitor?.respond.guards ?? null);
  const line = ledger.findLast(({ action }) => !NO_NEWS.includes(action));
  return {
    name,
    champion: champion?.version ?? null,
    championSince: champion?.sinceAsOf ?? null,
    fallback,
    imputed: known.repairs.flatMap((repair) => (repair.kind === 'impute' ? [repair.feature] : [])),
    window: decision?.window ?? null,
    verdict: decision?.verdict.kind ?? null,
    drift: driftOf(last),
    performance: performanceOf(own.slice(-WINDOWS)),
    incident: incidentOf(known.incident),
    lastAction: line === undefined ? null : lineOf(line),
    automation: automationOf(state, record?.monitor ?? null, nowMs),
    waiting: waitingOf(state),
    undoable: undoableOf(state, nowMs),
    monitor: record?.monitor == null ? null : monitorOf(known.look, nowMs),
  };
}

type Measured = Awaited<ReturnType<RegistryReader['measurements']>>[number];

function driftOf(last: Measured | undefined): ModelStatus['drift'] {
  const drift = last?.featureDrift ?? null;
  if (drift === null) return null;
  return { share: drift.share, threshold: drift.threshold, columns: drift.driftedColumns };
}

/** Labels come late: of the newest window that has a value. */
function performanceOf(measurements: readonly Measured[]): ModelStatus['performance'] {
  const newest =
    measurements.findLast(({ performance }) => performance?.value != null) ?? measurements.at(-1);
  const performance = newest?.performance ?? null;
  if (performance === null) return null;
  const { metric, value, baseline, relativeLoss, threshold } = performance;
  const recentLosses = measurements.map(({ performance: of }) => of?.relativeLoss ?? null);
  return { metric, value, baseline, relativeLoss, threshold, recentLosses };
}

function incidentOf(incident: Incident | null): ModelStatus['incident'] {
  if (incident === null) return null;
  const { severity, kind, summary, openedAt } = incident;
  return { name: incidentName(incident), severity, kind, summary, openedAt };
}

function lineOf({ action, at, actor, reason, to }: LedgerEntry): ModelStatus['lastAction'] {
  return { action, at, actor, reason, to };
}

function monitorOf(look: MonitorLook | null, nowMs: number): MonitorStatus {
  return {
    nextWindow: look?.nextWindow ?? null,
    nextCloses: look?.nextCloses ?? null,
    watermark: look?.watermark ?? null,
    lookedAt: look?.lookedAt ?? null,
    isOverdue: look !== null && isOverdue(look, nowMs),
    problem: look?.problem ?? null,
  };
}
