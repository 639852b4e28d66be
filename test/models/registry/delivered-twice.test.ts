import { expect, it } from 'vitest';
import { isMillraceError } from '../../../contracts/index.js';
import { openRegistryWriter, type RegistryWriter } from '../../../models/registry/index.js';
import { fc } from '../../support/property.js';
import {
  alertDelivery,
  cacheEntry,
  decision,
  incident,
  ledgerEntry,
  measurement,
  newVersion,
  OUTCOME,
  reviewItem,
  run,
  silence,
  step,
  transition,
} from './sample-records.js';
import { onEachStore } from './stores.js';

const RUNS_OF_THE_SWEEP = Number(process.env['MILLRACE_TEST_RUNS'] ?? 12);

const MODELS = ['m', 'n'] as const;
const RUNS = ['r1', 'r2'] as const;
const STEPS = ['s1', 's2'] as const;
const DAYS = ['01', '02', '03'] as const;

/** One call of the write port, with everything it is given. */
interface Call {
  readonly name: string;
  readonly deliver: (registry: RegistryWriter) => Promise<unknown>;
}

/** Any call of the write port, on names few enough that calls meet each other. */
function anyCall(): fc.Arbitrary<Call> {
  const model = fc.constantFrom(...MODELS);
  const runId = fc.constantFrom(...RUNS);
  const stepId = fc.constantFrom(...STEPS);
  const time = fc.constantFrom(...DAYS).map((day) => `2024-01-${day}T00:00:00.000Z`);
  const call = (name: string, deliver: Call['deliver']): Call => ({ name, deliver });
  return fc.oneof(
    fc
      .tuple(runId, time)
      .map(([id, at]) => call(`open ${id}`, (r) => r.openRun(run(id, { startedAt: at })))),
    fc
      .tuple(runId, fc.constantFrom('completed', 'failed', 'cancelled', 'rejected'), time)
      .map(([id, status, at]) =>
        call(`close ${id} ${status}`, (r) => r.closeRun(id, status, status, at)),
      ),
    fc
      .tuple(runId, stepId, fc.constantFrom('running', 'failed', 'completed', 'cancelled'), time)
      .map(([id, sid, status, at]) =>
        call(`step ${id} ${sid} ${status}`, (r) =>
          r.recordStep(
            step(id, sid, {
              status,
              startedAt: at,
              outcome: status === 'completed' ? OUTCOME : null,
            }),
          ),
        ),
      ),
    fc
      .tuple(runId, stepId, time)
      .map(([id, sid, createdAt]) =>
        call(`complete ${id} ${sid} ${createdAt}`, (r) =>
          r.completeStep(
            step(id, sid, { endedAt: createdAt }),
            cacheEntry(`key-${sid}`, { stepId: sid, runId: id, createdAt }),
          ),
        ),
      ),
    fc
      .tuple(model, fc.integer({ min: 1, max: 3 }))
      .map(([m, effect]) =>
        call(`register ${m} ${effect}`, (r) =>
          r.registerVersion(`${m}-${effect}`, newVersion(m), 'cli', 'why'),
        ),
      ),
    fc
      .tuple(model, fc.integer({ min: 0, max: 4 }), fc.option(fc.constantFrom(1, 2, 3)))
      .map(([m, number, version]) =>
        call(`transition ${m} ${number} → ${version}`, (r) =>
          r.transition(transition(m, number, version, `move-${number}-${version}`)),
        ),
      ),
    fc
      .tuple(model, fc.integer({ min: 1, max: 3 }))
      .map(([m, key]) =>
        call(`ledger ${m} ${key}`, (r) =>
          r.appendLedger(ledgerEntry(m, `key-${key}`, { action: 'paused' })),
        ),
      ),
    fc
      .tuple(model, fc.constantFrom(1, 2), time, fc.nat(3))
      .map(([m, version, end, labelledRows]) =>
        call(`measure ${m}@${version} ${end}`, (r) =>
          r.recordMeasurement(measurement(m, version, end, { labelledRows })),
        ),
      ),
    fc
      .tuple(model, time, fc.constantFrom('retrain', 'rollback', null))
      .map(([m, end, signalled]) =>
        call(`decide ${m} ${end} ${signalled}`, (r) =>
          r.recordDecision(decision(m, end, { signalled })),
        ),
      ),
    fc
      .tuple(model, fc.constantFrom(1, 2), fc.constantFrom('open', 'closed'))
      .map(([m, number, status]) =>
        call(`incident ${m}#${number} ${status}`, (r) =>
          r.putIncident(incident(m, number, { status })),
        ),
      ),
    fc
      .tuple(
        model,
        fc.constantFrom('ops', 'chat'),
        fc.constantFrom('retrying', 'delivered', 'failed'),
      )
      .map(([m, channel, status]) =>
        call(`alert of ${m} on ${channel} ${status}`, (r) =>
          r.recordAlertDelivery(alertDelivery(m, channel, { status })),
        ),
      ),
    fc
      .tuple(model, time)
      .map(([m, until]) => call(`silence ${m} ${until}`, (r) => r.putSilence(silence(m, until)))),
    fc
      .tuple(model, fc.constantFrom('p', 'q'), fc.constantFrom('open', 'skipped'))
      .map(([m, id, status]) =>
        call(`queue ${id} of ${m} ${status}`, (r) =>
          r.queueReviewItems([reviewItem(id, { model: m, status })]),
        ),
      ),
  );
}

/** What the call answers; a refusal is an answer too, by its type. */
async function answer(call: Call, registry: RegistryWriter): Promise<unknown> {
  try {
    return withoutClock(await call.deliver(registry));
  } catch (error) {
    if (!isMillraceError(error) || !['Internal', 'NotFound'].includes(error.type)) throw error;
    return `refused: ${error.type}`;
  }
}

/** Everything that the read port tells. */
async function everything(registry: RegistryWriter): Promise<unknown> {
  const perModel = async (model: string) => ({
    versions: await registry.versions(model),
    champion: await registry.champion(model),
    number: await registry.transitionNumber(model),
    ledger: await registry.ledger(model),
    measurements: await registry.measurements(model),
    before: await registry.measurementBefore(model, 1, '2099-01-01T00:00:00Z'),
    decisions: await registry.decisions(model),
    incidents: await registry.incidents({ model }),
    alerts: await registry.alertDeliveries({ model }),
    reviews: await registry.reviewItems({ model }),
  });
  return withoutClock({
    runs: await registry.runs(),
    steps: await Promise.all(RUNS.map((id) => registry.steps(id))),
    cache: await Promise.all(STEPS.map((id) => registry.cacheEntry(`key-${id}`))),
    silences: await registry.silences(),
    latest: await Promise.all(STEPS.map((id) => registry.latestCacheEntry('bike-demand', id))),
    models: await Promise.all(MODELS.map(perModel)),
  });
}

/** The registry's own clock stamps registrations; two registries differ by it alone. */
function withoutClock(value: unknown): unknown {
  const year = new Date().getFullYear();
  return JSON.parse(
    JSON.stringify(value ?? null, (_, item: unknown) =>
      typeof item === 'string' && item.startsWith(`${year}-`) ? 'now' : item,
    ),
  );
}

onEachStore((places) => {
  it('every call delivered twice answers the same and leaves the same state', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyCall(), { minLength: 5, maxLength: 40 }), async (calls) => {
        const once = await openRegistryWriter(await places.fresh());
        const twice = await openRegistryWriter(await places.fresh());
        try {
          for (const call of calls) {
            const expected = await answer(call, once);
            expect(await answer(call, twice), call.name).toEqual(expected);
            expect(await answer(call, twice), `${call.name} again`).toEqual(expected);
          }
          expect(await everything(twice)).toEqual(await everything(once));
          await invariantsHold(twice);
        } finally {
          await Promise.all([once.close(), twice.close()]);
        }
      }),
      { numRuns: RUNS_OF_THE_SWEEP },
    );
  });

  it('concurrent calls never give a number twice: one transition wins, versions have no hole', async () => {
    const place = await places.fresh();
    const writers = await Promise.all([1, 2, 3].map(() => openRegistryWriter(place)));
    const versions = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        writers[i % 3]?.registerVersion(`e${i % 20}`, newVersion('m'), 'cli', 'race'),
      ),
    );
    expect(new Set(versions.map((version) => version?.version)).size).toBe(20);

    const moves = await Promise.allSettled(
      writers.map((writer, i) => writer.transition(transition('m', 1, i + 1, `racer-${i}`))),
    );
    expect(moves.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    const repeated = await Promise.all(
      writers.map((writer) => writer.transition(transition('m', 2, 5, 'the-same'))),
    );
    expect(repeated.map((alias) => alias?.version)).toEqual([5, 5, 5]);
    for (const writer of writers) {
      await invariantsHold(writer);
      await writer.close();
    }
  });
});

async function invariantsHold(registry: RegistryWriter): Promise<void> {
  for (const model of MODELS) {
    const versions = await registry.versions(model);
    expect(versions.map(({ version }) => version)).toEqual(versions.map((_, i) => i + 1));
    const ledger = await registry.ledger(model);
    const moves = ledger.filter(({ action }) => action === 'promoted');
    expect(moves).toHaveLength(await registry.transitionNumber(model));
    expect(ledger.filter(({ action }) => action === 'registered')).toHaveLength(versions.length);
  }
}
