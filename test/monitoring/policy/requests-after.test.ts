import { describe, expect, it } from 'vitest';
import type { MonitorSpec, Repair, RespondSpec } from '../../../contracts/index.js';
import {
  diagnose,
  explainDecision,
  requestsAfter,
  signalledBy,
  standingOf,
} from '../../../monitoring/policy/index.js';
import { BROKEN, LOST, MOVED, measured, SPEC } from './measured.js';

const origin = { runId: 'run-2', planHash: 'abc' };
const standing = { trainedTo: '2011-01-01T00:00:00Z', newRows: 1_000, newLabels: 400 };
const respond = (over: Partial<RespondSpec>): MonitorSpec => ({
  ...SPEC,
  respond: { ...SPEC.respond, ...over },
});
const retraining = (over: object): MonitorSpec => respond({ retrain: { params: {}, ...over } });

function asks(over: Parameters<typeof measured>[0], spec: MonitorSpec, repairs: Repair[] = []) {
  const measurement = measured(over);
  const verdict = diagnose(measurement, [], spec);
  return requestsAfter(verdict, measurement, { spec, origin, standing, repairs });
}

describe('what a window asks for', () => {
  it.each([
    ['rollback', { kind: 'rollback', blames: 2 }],
    ['retrain', { kind: 'retrain', newLabels: 400 }],
    ['fallback', { kind: 'repair', repair: 'fallback', change: 'begin', features: [] }],
    ['quarantine', { kind: 'repair', repair: 'quarantine' }],
    ['askForLabels', { kind: 'askForLabels' }],
  ] as const)('%s', (action, request) => {
    const spec = respond({ performance: { action, risk: 'medium', undoMs: 5, notify: ['ops'] } });
    expect(asks({ performance: LOST }, spec)).toMatchObject([
      { ...request, risk: 'medium', undoMs: 5, notify: ['ops'], asOf: '2011-04-11T00:00:00Z' },
    ]);
  });

  it('imputes the inputs that are past their limit, and no others', () => {
    const breaches = [
      ...BROKEN.breaches,
      { column: 'b', check: 'unseen-values', observed: 0.5, limit: 0.1 } as const,
    ];
    const [request] = asks({ quality: { breaches } }, respond({ dataQuality: 'impute' }));
    expect(request).toMatchObject({ repair: 'impute', features: ['a'] });
    expect(signalledBy(request === undefined ? [] : [request])).toBe('impute');
  });
});

describe('a retraining that no drift asks for', () => {
  it.each([
    ['continuous', { continuous: { minLabels: 168 } }],
    ['new-labels', { newLabels: 400 }],
    ['new-rows', { newRows: 1_000 }],
    ['staleness', { maxAgeMs: 99 * 86_400_000 }],
  ])('%s', (due, settings) => {
    const requests = asks({}, retraining(settings));
    expect(requests).toMatchObject([{ kind: 'retrain', trigger: 'monitor', evidence: { due } }]);
    expect(requests[0]?.requestId).toBe('monitor/bike/2011-04-11T00:00:00Z/retrain');
  });

  it('is not due a row, a label or a day too early', () => {
    const settings = {
      continuous: { minLabels: 169 },
      newLabels: 401,
      newRows: 1_001,
      maxAgeMs: 100 * 86_400_000,
    };
    expect(asks({}, retraining(settings))).toEqual([]);
  });

  it('learns nothing from broken rows, and is asked for once beside a drift', () => {
    const spec = retraining({ newRows: 1 });
    expect(asks({ quality: BROKEN }, spec)).toEqual([]);
    expect(asks({ featureDrift: MOVED }, spec)).toHaveLength(1);
  });

  it('counts rows of sliding windows once', () => {
    const windows = ['2011-01-01', '2011-01-02', '2010-12-31'].map((day) =>
      measured({ rows: 70, labelledRows: 7, window: { start: `${day}T00:00:00Z`, end: '' } }),
    );
    const sliding = { ...SPEC, window: { ...SPEC.window, slideMs: SPEC.window.everyMs / 7 } };
    expect(standingOf(standing.trainedTo, windows, SPEC)).toMatchObject({
      newRows: 140,
      newLabels: 14,
    });
    expect(standingOf(standing.trainedTo, windows, sliding)).toMatchObject({
      newRows: 20,
      newLabels: 2,
    });
  });
});

describe('the end of a repair', () => {
  const base = { model: 'bike', asOf: '', since: '', reason: '' };
  const filled: Repair = { ...base, kind: 'impute', key: 'impute/a', feature: 'a', value: 1 };
  const fallen: Repair = { ...base, kind: 'fallback', key: 'fallback', version: 1 };
  const window = { start: '2011-03-28T00:00:00Z', end: '2011-04-04T00:00:00Z' };
  const apart: Repair = { ...base, kind: 'quarantine', key: 'quarantine/x', window };
  const all = [filled, fallen, apart];

  it.each([
    ['all is well', {}, ['impute/a', 'fallback']],
    [
      'another column is broken',
      { quality: { breaches: [{ ...BROKEN.breaches[0], column: 'b' }] } },
      ['impute/a'],
    ],
    ['it is broken still', { quality: BROKEN }, []],
    ['too few rows came', { rows: 3 }, []],
    ['performance is lost', { performance: LOST }, ['impute/a']],
  ])('%s', (_, over, lifted) => {
    const requests = asks(over, respond({ performance: 'alert' }), all);
    expect(requests.map(({ requestId }) => requestId.split('/lift/')[1])).toEqual(lifted);
    expect(signalledBy(requests)).toBeNull();
  });

  it('waits while the trouble stands by hysteresis', () => {
    const guards = { ...SPEC.respond.guards, exit: { count: 2, of: 2 } };
    const spec = respond({ guards });
    const recent = [{ version: 2, kinds: ['data-quality-break'] }] as const;
    const verdict = diagnose(measured(), recent, spec);
    expect(verdict.held?.guard).toBe('hysteresis');
    expect(requestsAfter(verdict, measured(), { spec, origin, repairs: all })).toEqual([]);
  });
});

describe('a decision made again', () => {
  const measurement = measured({ performance: LOST });
  const basis = { recent: [], measurementSha256: '' };
  const verdict = diagnose(measurement, [], SPEC);

  it('comes out the same from the same, and says by which rule and setting', () => {
    const explained = explainDecision({ verdict, basis }, measurement, SPEC);
    expect(explained).toMatchObject({
      same: true,
      differs: [],
      findings: [{ kind: 'concept-drift', rule: 4 }],
      configured: 'retrain after 1 of 1 windows',
    });
  });

  it('names what comes out otherwise', () => {
    const kept = { ...measurement, performance: { ...LOST, value: 130 } };
    expect(explainDecision({ verdict, basis }, kept, SPEC)).toMatchObject({
      same: false,
      differs: ['reason'],
    });
    expect(explainDecision({ verdict, basis }, measured(), SPEC).differs).toContain('kind');
  });

  it('cannot be made of nothing', () => {
    expect(explainDecision({ verdict }, null, SPEC)).toMatchObject({ again: null, same: false });
  });
});
