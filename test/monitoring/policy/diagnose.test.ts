import { describe, expect, it } from 'vitest';
import type { MonitorSpec, WindowMeasurement } from '../../../contracts/index.js';
import {
  diagnose,
  kindsOf,
  type RecentWindow,
  responseTo,
} from '../../../monitoring/policy/index.js';
import { GUARDS } from './requests.js';

const SPEC: MonitorSpec = {
  timeColumn: 'hour',
  window: { everyMs: 604_800_000, minRows: 100, allowedLatenessMs: 0, idleTimeoutMs: 1_000 },
  labels: { delayMs: 0 },
  drift: { features: { shareOfColumns: 0.1 }, predictions: { distance: 0.1 } },
  performance: { metric: 'mae', worseThanShare: 0.1 },
  respond: {
    dataDrift: 'retrain',
    performance: 'retrain',
    regressionAfterDeploy: 'rollback',
    retrain: { params: {} },
    guards: { ...GUARDS, breaches: { count: 1, of: 1 }, postDeployWindows: 3 },
  },
};

const FEATURES = { measuredColumns: 10, method: 'reference-windows', threshold: 0.1 } as const;
const STILL = { ...FEATURES, verdict: 'no-drift', share: 0, driftedColumns: [] } as const;
const MOVED = {
  ...FEATURES,
  verdict: 'drift',
  share: 0.4,
  driftedColumns: ['a', 'b', 'c', 'd'],
} as const;
const LOST = {
  verdict: 'lost',
  metric: 'mae',
  value: 120,
  baseline: 60,
  relativeLoss: 1,
  threshold: 0.1,
} as const;
const BETTER_BEFORE = {
  version: 1,
  value: 50,
  better: true,
  lossDifference: { mean: 70, low: 60, high: 80 },
} as const;

/** A window in which nothing is wrong, but for what a test says. */
function measured(over: Partial<WindowMeasurement> = {}): WindowMeasurement {
  return {
    model: 'bike',
    version: 2,
    window: { start: '2011-04-04T00:00:00Z', end: '2011-04-11T00:00:00Z' },
    rows: 168,
    labelledRows: 168,
    profile: { uri: 'artifact:sha256/00', sha256: '00', bytes: 1, mediaType: 'application/json' },
    quality: { breaches: [] },
    featureDrift: STILL,
    predictionDrift: { verdict: 'no-drift', distance: 0.01, threshold: 0.1 },
    performance: { ...LOST, verdict: 'kept', value: 60, relativeLoss: 0 },
    previous: null,
    inputsSinceDeploy: null,
    windowsSinceDeploy: 10,
    details: null,
    ...over,
  };
}

function specWith(guards: Partial<MonitorSpec['respond']['guards']>): MonitorSpec {
  return { ...SPEC, respond: { ...SPEC.respond, guards: { ...SPEC.respond.guards, ...guards } } };
}

describe('the first rule that matches decides', () => {
  const quality = {
    breaches: [{ column: 'a', check: 'missing-values', observed: 0.5, limit: 0.05 }],
  } as const;
  const fresh = { windowsSinceDeploy: 1, previous: BETTER_BEFORE, inputsSinceDeploy: STILL };

  it.each([
    ['nothing wrong', {}, 'ok', null, 'none'],
    [
      'broken data, whatever else',
      { quality, featureDrift: MOVED, performance: LOST },
      'data-quality-break',
      1,
      'hold',
    ],
    [
      'worse than the version before, inputs still',
      { ...fresh, performance: LOST },
      'regression-after-deploy',
      2,
      'rollback',
    ],
    ['performance lost long after a deploy', { performance: LOST }, 'concept-drift', 4, 'retrain'],
    [
      'performance lost, inputs moved since the deploy',
      { ...fresh, inputsSinceDeploy: MOVED, performance: LOST },
      'concept-drift',
      4,
      'retrain',
    ],
    ['inputs moved, performance kept', { featureDrift: MOVED }, 'data-drift', 5, 'retrain'],
    [
      'predictions moved, inputs did not',
      { predictionDrift: { verdict: 'drift', distance: 0.3, threshold: 0.1 } },
      'unknown',
      6,
      'alert',
    ],
  ] as const)('%s', (_, over, kind, rule, action) => {
    expect(diagnose(measured(over), [], SPEC)).toMatchObject({ kind, rule, action });
  });

  it('rolls back a bad version whose own baseline was as bad: the version before is the measure', () => {
    const bad = measured({
      ...fresh,
      performance: { ...LOST, verdict: 'kept', relativeLoss: 0.02 },
    });
    expect(diagnose(bad, [], SPEC).action).toBe('rollback');
  });

  it('does not roll back for a difference below the configured loss', () => {
    const close = measured({
      ...fresh,
      performance: { ...LOST, verdict: 'kept', value: 52, relativeLoss: 0 },
    });
    expect(diagnose(close, [], SPEC).kind).toBe('ok');
  });

  it('asks a person where it cannot tell whether inputs moved since the deploy', () => {
    const unclear = measured({
      ...fresh,
      inputsSinceDeploy: { ...STILL, verdict: 'insufficient', share: null },
      performance: { ...LOST, verdict: 'kept' },
    });
    expect(diagnose(unclear, [], SPEC)).toMatchObject({ kind: 'unknown', action: 'alert' });
  });

  it('gives no verdict below the minimum of rows', () => {
    const few = measured({ rows: 99, performance: LOST, featureDrift: MOVED });
    expect(diagnose(few, [], SPEC)).toMatchObject({ kind: 'insufficient', action: 'none' });
    expect(kindsOf(diagnose(few, [], SPEC))).toEqual(['insufficient']);
  });
});

describe('m of n windows', () => {
  const spec = specWith({ breaches: { count: 2, of: 3 } });
  const breach: RecentWindow = { version: 2, kinds: ['concept-drift'] };
  const quiet: RecentWindow = { version: 2, kinds: [] };
  const lost = measured({ performance: LOST });

  it.each([
    ['the first breach waits', [], 'none'],
    ['two in a row act', [breach], 'retrain'],
    ['a quiet one between is forgiven', [breach, quiet], 'retrain'],
    ['what lies before the last three is forgotten', [breach, quiet, quiet], 'none'],
    ['another version’s breaches do not count', [{ ...breach, version: 1 }], 'none'],
    ['another kind of breach does not count', [{ version: 2, kinds: ['data-drift'] }], 'none'],
  ] as const)('%s', (_, recent, action) => {
    expect(diagnose(lost, recent, spec).action).toBe(action);
  });

  it('remembers every kind that a window matched, not only the one that decided', () => {
    const both = measured({ performance: LOST, featureDrift: MOVED });
    expect(kindsOf(diagnose(both, [], spec))).toEqual(['concept-drift', 'data-drift']);
  });
});

describe('the request that a verdict leads to', () => {
  const origin = { runId: 'run-2', planHash: 'abc' };

  it('is keyed by model, window and action, and names everything behind it', () => {
    const measurement = measured({ performance: LOST });
    const request = responseTo(diagnose(measurement, [], SPEC), measurement, origin);
    expect(request).toMatchObject({
      kind: 'retrain',
      requestId: 'monitor/bike/2011-04-11T00:00:00Z/retrain',
      asOf: '2011-04-11T00:00:00Z',
      evidence: { rule: 4, planHash: 'abc', versionRunId: 'run-2', version: 2 },
    });
    expect(request?.evidence['measurement']).toMatchObject({
      performance: { value: 120, baseline: 60, threshold: 0.1 },
    });
  });

  it('blames the version that it measured', () => {
    const measurement = measured({
      windowsSinceDeploy: 1,
      previous: BETTER_BEFORE,
      inputsSinceDeploy: STILL,
      performance: LOST,
    });
    const request = responseTo(diagnose(measurement, [], SPEC), measurement, origin);
    expect(request).toMatchObject({ kind: 'rollback', version: 1, blames: 2 });
  });

  it('is none for an alert, a hold and a quiet window', () => {
    const moved = measured({ featureDrift: MOVED });
    const alerting = { ...SPEC, respond: { ...SPEC.respond, dataDrift: 'alert' as const } };
    expect(responseTo(diagnose(moved, [], alerting), moved, origin)).toBeNull();
    expect(responseTo(diagnose(measured(), [], SPEC), measured(), origin)).toBeNull();
  });
});
