import { expect, it } from 'vitest';
import type { ColumnMeasurement, WindowMeasurement } from '../../../contracts/index.js';
import {
  type CauseEvidence,
  rootCauses,
  silenceCauses,
} from '../../../monitoring/incidents/index.js';
import { lease, newVersion } from '../../models/registry/sample-records.js';
import { ERRORS_ROSE, MOVED, measured, STILL } from '../policy/measured.js';
import { decided, decidedAt, line, weekOf } from './incident-samples.js';

function moved(name: string, effect: number): ColumnMeasurement {
  return {
    name,
    kind: 'numeric',
    test: 'ks',
    statistic: effect,
    pValue: null,
    adjustedPValue: null,
    threshold: 0.2,
    method: 'reference-windows',
    effect: { measure: 'D', value: effect, threshold: 0.1 },
    verdict: 'drift',
    referenceRows: 1000,
    currentRows: 168,
  };
}

function evidence(
  present: Partial<WindowMeasurement>,
  over: Partial<CauseEvidence> = {},
): CauseEvidence {
  return {
    measurement: measured({ window: weekOf(3), ...present }),
    columns: [],
    earlier: [],
    ledger: [],
    versions: { current: null, previous: null },
    postDeployWindows: 3,
    ...over,
  };
}

const drifted = (...driftedColumns: string[]) => ({ ...MOVED, driftedColumns });
const named = (causes: ReturnType<typeof rootCauses>) =>
  causes.map(({ what, name, since }) => `${what} ${name} since ${since?.slice(0, 10)}`);

it('names columns by effect, each with the window since which it is outside its range', () => {
  const causes = rootCauses(
    'data-drift',
    evidence(
      { featureDrift: drifted('a', 'b') },
      {
        columns: [moved('a', 0.3), moved('b', 0.7)],
        earlier: [
          measured({ window: weekOf(0), featureDrift: drifted('a', 'b') }),
          measured({ window: weekOf(1), featureDrift: drifted('a') }),
          // It had too few rows to tell.
          measured({ window: weekOf(2), featureDrift: { ...STILL, verdict: 'insufficient' } }),
        ],
      },
    ),
  );
  expect(named(causes)).toEqual([
    `column b since ${weekOf(3).start.slice(0, 10)}`,
    `column a since ${weekOf(0).start.slice(0, 10)}`,
  ]);
  expect(causes[0]?.detail).toBe('b moved by 0.7 (D, limit 0.1); ks 0.7, in its range up to 0.2');
});

it('names columns though the details are gone', () => {
  const causes = rootCauses('data-drift', evidence({ featureDrift: drifted('a') }));
  expect(causes).toMatchObject([{ what: 'column', name: 'a', detail: 'a left its range' }]);
});

it('names what was deployed within the post-deploy windows, and what was different about it', () => {
  const version = { version: 2, status: 'ready', approval: 'approved', createdAt: '' } as const;
  const then = { ...newVersion('bike'), ...version, version: 1 };
  const now = {
    ...then,
    ...version,
    planHash: 'b'.repeat(64),
    content: { ...then.content, algorithm: 'linear', trainingRows: 5000 },
  };
  const ledger = [
    line('promoted', '2026-01-01T00:00:00.000Z', { from: 1, to: 2, asOf: weekOf(1).start }),
  ];
  const versions = { current: now, previous: then };
  const at = (windowsSinceDeploy: number) =>
    rootCauses('regression-after-deploy', evidence({ windowsSinceDeploy }, { ledger, versions }));
  expect(at(2)).toEqual([
    {
      what: 'deploy',
      name: 'version 2',
      detail:
        'version 2 became champion 2 windows ago, in place of version 1: linear instead of random-forest, another pipeline',
      since: weekOf(1).start,
    },
  ]);
  expect(at(4)).toEqual([]);
});

it('looks first where the verdict points', () => {
  const ledger = [line('promoted', '2026-01-01T00:00:00.000Z', { from: 1, to: 2 })];
  const both = evidence({ featureDrift: drifted('a'), windowsSinceDeploy: 1 }, { ledger });
  const first = (kind: Parameters<typeof rootCauses>[0]) => rootCauses(kind, both)[0]?.what;
  expect(first('data-drift')).toBe('column');
  expect(first('regression-after-deploy')).toBe('deploy');
});

it('names what changed upstream: broken columns, volume, and an outcome that inputs do not explain', () => {
  const broken = { column: 'a', check: 'missing-values', observed: 0.4, limit: 0.1 } as const;
  const gone = { column: 'b', check: 'missing-column', observed: 1, limit: 0.1 } as const;
  const volume = {
    rows: 40,
    expected: 168,
    ratio: 0.24,
    windows: 4,
    verdict: 'low',
    below: 0.5,
    above: null,
  } as const;
  const causes = rootCauses(
    'data-quality-break',
    evidence(
      { quality: { breaches: [broken, gone] }, volume, concept: ERRORS_ROSE },
      { earlier: [measured({ window: weekOf(2), quality: { breaches: [broken] } })] },
    ),
  );
  expect(named(causes)).toEqual([
    `upstream b since ${weekOf(3).start.slice(0, 10)}`,
    `upstream a since ${weekOf(2).start.slice(0, 10)}`,
    `upstream volume since ${weekOf(3).start.slice(0, 10)}`,
    `upstream outcome since ${ERRORS_ROSE.changedFrom.slice(0, 10)}`,
  ]);
  expect(causes.map(({ detail }) => detail)).toEqual([
    'b is gone: no row has it, as after a change of the schema',
    'a is missing in 40 % of rows (limit 10 %)',
    '40 rows where about 168 were due',
    'no input moved: what follows from the same inputs changed (mean error 1.02 before, 2.4 since)',
  ]);
});

it('names the slice that lost most, the group that is treated otherwise, and the service', () => {
  const slice = {
    name: 'nights',
    rows: 60,
    labelledRows: 60,
    metric: 'mae',
    value: 90,
    baseline: 60,
    relativeLoss: 0.5,
    verdict: 'lost',
  } as const;
  const unfair = {
    column: 'district',
    criterion: 'demographicParity',
    verdict: 'unfair',
    difference: 0.2,
    ratio: 0.7,
    lowest: 'north',
    highest: 'south',
    pValue: 0.001,
    breach: 'the difference is 0.2, above 0.1',
  } as const;
  const causes = rootCauses(
    'fairness-breach',
    evidence({
      slices: [slice, { ...slice, name: 'rain', relativeLoss: 0.9 }],
      fairness: [unfair],
      service: { breaches: ['p99 latency is 900 ms, above 500 ms'] } as never,
    }),
  );
  expect(causes.map(({ what, name }) => `${what} ${name}`)).toEqual([
    'slice rain',
    'slice nights',
    'slice district = north',
    'service gateway',
  ]);
});

it('says of a silence whether anybody was there to be asked', () => {
  const silent = decided(0, 'no-data');
  expect(silenceCauses(silent, [lease('old', { at: decidedAt(-10) })])).toMatchObject([
    { what: 'service', name: 'gateway', detail: 'no gateway is live', since: weekOf(0).start },
  ]);
  expect(silenceCauses(silent, [lease('live', { at: decidedAt(0) })])).toMatchObject([
    { what: 'upstream', name: 'requests' },
  ]);
  expect(silenceCauses(decided(0, 'unknown'), [])).toEqual([]);
});
