import { describe, expect, it } from 'vitest';
import type { MonitorSpec, RecentWindow } from '../../../contracts/index.js';
import { diagnose, kindsOf, responseTo } from '../../../monitoring/policy/index.js';
import {
  A_FEW,
  BETTER_BEFORE,
  BROKEN,
  ERRORS_ROSE,
  ERRORS_STEADY,
  LABELS_MOVED,
  LOST,
  MOVED,
  measured,
  PREDICTIONS_MOVED,
  SPEC,
  STILL,
} from './measured.js';

function specWith(guards: Partial<MonitorSpec['respond']['guards']>): MonitorSpec {
  return { ...SPEC, respond: { ...SPEC.respond, guards: { ...SPEC.respond.guards, ...guards } } };
}

describe('the first rule that matches decides', () => {
  const fresh = { windowsSinceDeploy: 1, previous: BETTER_BEFORE, inputsSinceDeploy: STILL };

  it.each([
    ['nothing wrong', {}, 'ok', null, 'none'],
    [
      'broken data, whatever else',
      { quality: BROKEN, featureDrift: MOVED, performance: LOST },
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
      'predictions moved, no input did',
      { predictionDrift: PREDICTIONS_MOVED },
      'prediction-drift',
      2,
      'alert',
    ],
    [
      'predictions moved, no input did, and performance is lost: a retraining learns nothing from it',
      { predictionDrift: PREDICTIONS_MOVED, performance: LOST },
      'prediction-drift',
      2,
      'alert',
    ],
    [
      'predictions moved with fewer columns than make a drift',
      { predictionDrift: PREDICTIONS_MOVED, featureDrift: A_FEW },
      'unknown',
      6,
      'alert',
    ],
    ['labels moved, nothing lost', { labelDrift: LABELS_MOVED }, 'label-drift', 3, 'alert'],
    [
      'labels that followed the inputs, as those of a regression do',
      { featureDrift: MOVED, labelDrift: { ...LABELS_MOVED, answersPerLabel: 'unknown' } },
      'data-drift',
      5,
      'retrain',
    ],
    [
      'labels moved, the loss is there',
      { labelDrift: LABELS_MOVED, performance: LOST },
      'concept-drift',
      4,
      'retrain',
    ],
    [
      'labels moved and each label is answered otherwise, nothing lost',
      { labelDrift: { ...LABELS_MOVED, answersPerLabel: 'moved' } },
      'unknown',
      6,
      'alert',
    ],
    ['errors rose', { concept: ERRORS_ROSE }, 'concept-drift', 4, 'retrain'],
    ['errors steady', { concept: ERRORS_STEADY }, 'ok', null, 'none'],
  ] as const)('%s', (_, over, kind, rule, action) => {
    expect(diagnose(measured(over), [], SPEC)).toMatchObject({ kind, rule, action });
  });

  it('rolls back for prediction drift, or retrains for label drift, where the policy says so', () => {
    const { respond } = SPEC;
    const asked: MonitorSpec = {
      ...SPEC,
      respond: { ...respond, predictionDrift: 'rollback', labelDrift: 'retrain' },
    };
    const predictions = measured({ predictionDrift: PREDICTIONS_MOVED });
    const labels = measured({ labelDrift: LABELS_MOVED });
    expect(diagnose(predictions, [], asked).action).toBe('rollback');
    expect(diagnose(labels, [], asked).action).toBe('retrain');
  });

  it('says what rose, since when and who found it', () => {
    const { reason } = diagnose(
      measured({ concept: ERRORS_ROSE, featureDrift: MOVED, labelDrift: LABELS_MOVED }),
      [],
      SPEC,
    );
    expect(reason).toBe(
      'errors rose from 2011-04-07T11:00:00Z on, from 1.02 to 2.4 times the error at registration (adwin, found at 2011-04-09T03:00:00Z); 40 % of columns drifted; labels moved too',
    );
    const wrong = { ...ERRORS_ROSE, errors: 'wrong-class', before: 0.05, since: 0.3 } as const;
    expect(diagnose(measured({ concept: wrong }), [], SPEC).reason).toContain(
      'from 5 % to 30 % of rows wrong',
    );
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

  it('carries the time at which to cut the data, as the detector found it', () => {
    const measurement = measured({ concept: ERRORS_ROSE, performance: LOST });
    const request = responseTo(diagnose(measurement, [], SPEC), measurement, origin);
    expect(request?.evidence).toMatchObject({
      changedFrom: '2011-04-07T11:00:00Z',
      measurement: { concept: { detector: 'adwin', since: 2.4, state: '01' } },
    });
    const steady = measured({ concept: ERRORS_STEADY, performance: LOST });
    const other = responseTo(diagnose(steady, [], SPEC), steady, origin);
    expect(other?.evidence).not.toHaveProperty('changedFrom');
  });

  it('blames the version whose predictions moved, and returns to the one before', () => {
    const measurement = measured({ predictionDrift: PREDICTIONS_MOVED });
    const spec = { ...SPEC, respond: { ...SPEC.respond, predictionDrift: 'rollback' as const } };
    const request = responseTo(diagnose(measurement, [], spec), measurement, origin);
    expect(request).toMatchObject({
      kind: 'rollback',
      version: null,
      blames: 2,
      evidence: {
        verdict: 'prediction-drift',
        measurement: { predictionDrift: { distance: 0.3 } },
      },
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
