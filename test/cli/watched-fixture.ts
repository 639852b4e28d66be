import { join } from 'node:path';
import type {
  Incident,
  LedgerEntry,
  MonitorDecision,
  MonitorLook,
  WindowMeasurement,
} from '../../contracts/index.js';
import { incidentGroup } from '../../contracts/index.js';
import { openRegistryWriter, type RegistryWriter } from '../../models/registry/index.js';
import { rootCauses, trackIncident } from '../../monitoring/incidents/index.js';
import { pendingDraft } from '../../monitoring/policy/ledger-drafts.js';
import { emptyState } from '../../monitoring/policy/state.js';
import { createHome } from '../../storage/home/create-home.js';
import { ledgerEntry, newVersion } from '../models/registry/sample-records.js';
import { decided, tracked, weekOf } from '../monitoring/incidents/incident-samples.js';
import { LOST, MOVED, measured, SPEC, STILL } from '../monitoring/policy/measured.js';
import { deploy } from '../monitoring/policy/requests.js';

/** The wall clock of what the fixture writes: minutes before the test runs. */
export function minutesAgo(minutes: number): string {
  return new Date(NOW_MS - minutes * 60_000).toISOString();
}

const NOW_MS = Date.now();

/**
 * Two watched models: `bikes`, which had an incident, recovered, and has another one now; `coffee`,
 * which is well. And `new-model`, which nobody has deployed.
 */
export async function fillWatchedHome(directory: string): Promise<void> {
  const home = await createHome(join(directory, '.millrace'));
  const registry = await openRegistryWriter(home.registryFile);
  try {
    await registerModel(registry, 'bikes', 2);
    await registerModel(registry, 'coffee', 1);
    await registry.registerVersion('e/new', newVersion('new-model'), 'test', 'first');
    await fillBikes(registry);
    await waitForApproval(registry);
    await registry.recordMeasurement(measured({ model: 'coffee', version: 1, window: weekOf(0) }));
    await registry.recordDecision({ ...decided(0, 'ok'), model: 'coffee', version: 1 });
    await registry.recordLook(look('bikes', 2, WEEKS.length, 0.5));
    // Its monitor should have looked every minute.
    await registry.recordLook(look('coffee', 1, 1, 30));
  } finally {
    await registry.close();
  }
}

async function registerModel(
  registry: RegistryWriter,
  model: string,
  versions: number,
): Promise<void> {
  for (let version = 1; version <= versions; version += 1) {
    const sample = newVersion(model, { monitor: SPEC });
    await registry.registerVersion(`${model}/${version}`, sample, 'run:schedule', 'trained');
    await registry.transition({
      model,
      number: version,
      version,
      sinceAsOf: weekOf(version - 1).start,
      ledger: line(model, 'promoted', 600 - version, {
        key: `transition/${model}/${version}`,
        from: version === 1 ? null : version - 1,
        to: version,
        asOf: weekOf(version - 1).start,
        actor: 'run:schedule',
        reason: 'better on the same hold-out',
      }),
    });
  }
}

/** A promotion of `coffee` that a person is asked about. */
async function waitForApproval(registry: RegistryWriter): Promise<void> {
  const request = deploy(2, { asOf: weekOf(0).end, reason: 'trained again' });
  const detail = 'version 2 is of high risk';
  await registry.appendLedger({
    ...pendingDraft(emptyState('coffee'), {
      request,
      waitsFor: 'approval',
      detail,
      until: null,
    }),
    at: minutesAgo(5),
  });
}

/** A monitor that looked so many minutes ago and looks each minute. */
function look(model: string, version: number, next: number, minutes: number): MonitorLook {
  return {
    model,
    version,
    lookedAt: minutesAgo(minutes),
    nextLookAt: minutesAgo(minutes - 1),
    watermark: weekOf(next).start,
    lastArrival: minutesAgo(minutes),
    decidedUntil: weekOf(next).start,
    nextWindow: weekOf(next),
    nextCloses: weekOf(next).end,
    rows: 168 * next,
    labels: 168 * next,
    problem: null,
  };
}

function line(
  model: string,
  action: LedgerEntry['action'],
  minutes: number,
  over: Partial<LedgerEntry>,
): LedgerEntry {
  return ledgerEntry(model, `${action}/${minutes}`, { at: minutesAgo(minutes), action, ...over });
}

/** [verdict, action, share of columns that drifted, relative loss] of each week, and minutes ago. */
const WEEKS: readonly [
  MonitorDecision['verdict']['kind'],
  'none' | 'alert' | 'retrain',
  number,
  number,
  number,
][] = [
  ['ok', 'none', 0, 0.02, 300],
  ['data-drift', 'none', 0.4, 0.05, 290],
  ['ok', 'none', 0, 0.03, 280],
  ['ok', 'none', 0, 0.04, 270],
  ['data-drift', 'none', 0.4, 0.08, 90],
  ['concept-drift', 'retrain', 0.4, 0.35, 62],
];

async function fillBikes(registry: RegistryWriter): Promise<void> {
  let latest: Incident | null = null;
  const earlier: WindowMeasurement[] = [];
  for (const [index, [kind, action, share, loss, minutes]] of WEEKS.entries()) {
    const measurement = measured({
      model: 'bikes',
      window: weekOf(index),
      featureDrift: share > 0 ? { ...MOVED, driftedColumns: ['temperature'], share } : STILL,
      performance: {
        ...LOST,
        value: 60 * (1 + loss),
        relativeLoss: loss,
        verdict: loss > 0.1 ? 'lost' : 'kept',
      },
    });
    const sample = decided(index, kind, action);
    const decision = { ...sample, decidedAt: minutesAgo(minutes) };
    await registry.recordMeasurement(measurement);
    await registry.recordDecision(decision);
    if (action === 'retrain') {
      await registry.appendLedger(
        line('bikes', 'retrain-started', minutes - 1, {
          actor: 'monitor',
          reason: decision.verdict.reason,
          evidence: { window: { ...decision.window }, requestId: 'r1' },
        }),
      );
    }
    const causes = rootCauses(kind, {
      measurement,
      columns: [],
      earlier,
      ledger: [],
      versions: { current: null, previous: null },
      postDeployWindows: 3,
    });
    const { incident } = trackIncident(
      latest,
      tracked(decision, { causes, ledger: await registry.ledger('bikes'), measurement }),
    );
    if (incident !== null) {
      latest = incident;
      await registry.putIncident(incident);
    }
    earlier.push(measurement);
  }
  await registry.beginRepair(
    {
      kind: 'impute',
      key: 'impute/humidity',
      model: 'bikes',
      feature: 'humidity',
      value: 60,
      asOf: weekOf(5).end,
      since: minutesAgo(58),
      reason: 'humidity is missing',
    },
    line('bikes', 'repaired', 58, {
      actor: 'monitor',
      reason: 'humidity is missing',
      evidence: { undoUntil: minutesAgo(-60), repair: { kind: 'impute', key: 'impute/humidity' } },
    }),
  );
  await registry.appendLedger(
    line('bikes', 'paused', 20, {
      actor: 'user:ada',
      reason: 'the stations are being moved',
      evidence: { until: minutesAgo(-120) },
    }),
  );
  if (latest === null) return;
  await registry.recordAlertDelivery({
    key: `${incidentGroup(latest)}/escalated/warning`,
    model: 'bikes',
    channel: 'on-call',
    status: 'delivered',
    detail: '',
    at: minutesAgo(61),
    group: incidentGroup(latest),
    severity: 'warning',
    alert: 'firing',
    title: 'bikes#2 concept-drift',
    sent: null,
  });
}
