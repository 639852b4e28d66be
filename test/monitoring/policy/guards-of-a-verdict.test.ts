import { describe, expect, it } from 'vitest';
import type {
  MonitorSpec,
  RecentWindow,
  RespondSpec,
  WindowMeasurement,
} from '../../../contracts/index.js';
import { diagnose, recentWindow, verdictOnSilence } from '../../../monitoring/policy/index.js';
import {
  BROKEN,
  ESTIMATED_LOSS,
  LOST,
  MOVED,
  measured,
  NOTHING_CAME,
  SERVICE_FAILS,
  SKEWED,
  SPEC,
  UNFAIR,
} from './measured.js';

function respond(over: Partial<RespondSpec>, spec: MonitorSpec = SPEC): MonitorSpec {
  return { ...spec, respond: { ...spec.respond, ...over } };
}
const guards = (over: Partial<RespondSpec['guards']>): MonitorSpec =>
  respond({ guards: { ...SPEC.respond.guards, ...over } });

describe('each kind of trouble', () => {
  const service = SERVICE_FAILS;
  const few = NOTHING_CAME.volume;
  const estimate = ESTIMATED_LOSS;
  const confidence = {
    verdict: 'drift',
    distance: 0.3,
    uncertaintyDistance: 0.4,
    threshold: 0.1,
    meanConfidence: 0.6,
    meanUncertainty: 0.4,
  } as const;

  it.each([
    ['nothing came', { rows: 1, volume: few }, 'no-data', 1, 'alert'],
    [
      'few rows, as always',
      { rows: 1, volume: { ...few, verdict: 'normal' } },
      'insufficient',
      null,
      'none',
    ],
    ['the service fails', { service }, 'service-degraded', 2, 'alert'],
    [
      'the service fails, so that few rows come',
      { rows: 3, service },
      'service-degraded',
      2,
      'alert',
    ],
    [
      'the model is less sure, inputs as before',
      { confidenceDrift: confidence },
      'prediction-drift',
      2,
      'alert',
    ],
    [
      'groups are treated unlike',
      {
        fairness: [UNFAIR],
      },
      'fairness-breach',
      4,
      'alert',
    ],
    [
      'all columns together moved, none by itself',
      {
        multivariateDrift: {
          method: 'mmd',
          verdict: 'drift',
          statistic: 0.2,
          threshold: 0.1,
          pValue: 0.01,
          rows: 168,
        },
      },
      'data-drift',
      5,
      'retrain',
    ],
    ['a loss is estimated', { estimate }, 'estimated-loss', 5, 'alert'],
    [
      'an estimate that is not valid',
      { estimate: { ...estimate, isValid: false } },
      'ok',
      null,
      'none',
    ],
    ['looked-up features unlike their source', { featureSkew: SKEWED }, 'feature-skew', 2, 'alert'],
    [
      'many outliers',
      { outliers: { method: 'mahalanobis', rows: 40, share: 0.24, limit: 0.05, verdict: 'high' } },
      'outliers',
      5,
      'alert',
    ],
  ] as readonly (readonly [string, Partial<WindowMeasurement>, string, number | null, string])[])(
    '%s',
    (_, over, kind, rule, action) => {
      expect(diagnose(measured(over), [], SPEC)).toMatchObject({ kind, rule, action });
    },
  );

  it('warns of a drift whose estimated effect is within the limit, and acts on one past it', () => {
    const kept = { ...estimate, verdict: 'kept', value: 62, relativeLoss: 0.03 } as const;
    const tolerated = diagnose(measured({ featureDrift: MOVED, estimate: kept }), [], SPEC);
    expect(tolerated).toMatchObject({
      kind: 'data-drift',
      action: 'alert',
      held: {
        guard: 'tolerance',
        detail: expect.stringContaining('estimated mae 62 is 3 % worse'),
      },
    });
    expect(diagnose(measured({ featureDrift: MOVED, estimate }), [], SPEC).action).toBe('retrain');
    const unsure = { ...kept, isValid: false };
    expect(diagnose(measured({ featureDrift: MOVED, estimate: unsure }), [], SPEC).action).toBe(
      'retrain',
    );
  });

  it('never retrains on what no training mends, whatever is configured', () => {
    const asked = respond({
      dataQuality: 'retrain',
      predictionDrift: 'retrain',
      service: 'retrain',
      noData: 'retrain',
    });
    const troubles: readonly Partial<WindowMeasurement>[] = [
      { quality: BROKEN },
      { confidenceDrift: confidence },
      { service },
    ];
    for (const over of troubles) {
      expect(diagnose(measured(over), [], asked).action).toBe('alert');
    }
    expect(verdictOnSilence(asked, 'no row for 3 h')).toMatchObject({
      kind: 'no-data',
      action: 'alert',
    });
  });

  it('imputes what is missing, and holds where nothing is missing', () => {
    const asked = respond({ dataQuality: 'impute' });
    expect(diagnose(measured({ quality: BROKEN }), [], asked).action).toBe('impute');
    const unseen = { breaches: [{ ...BROKEN.breaches[0], check: 'unseen-values' as const }] };
    expect(diagnose(measured({ quality: unseen }), [], asked).action).toBe('hold');
  });
});

describe('"retrain if drift > 10 %" in its three meanings', () => {
  const when = (condition: string): MonitorSpec =>
    respond({ dataDrift: { action: 'retrain', when: condition } });
  const drifted = measured({
    featureDrift: { ...MOVED, largestEffect: { column: 'a', value: 0.3 } },
    performance: { ...LOST, verdict: 'kept', relativeLoss: 0.04 },
  });
  it.each([
    ['drift.share > 0.1', 'retrain'],
    ['drift.share > 0.5', 'none'],
    ['drift.distance > 0.1', 'retrain'],
    ['drift.distance > 0.4', 'none'],
    ['performance.loss > 0.1', 'none'],
    ['performance.loss > 0.03', 'retrain'],
  ])('%s', (condition, action) => {
    expect(diagnose(drifted, [], when(condition)).action).toBe(action);
  });

  it('names the condition that holds the action back, also one that cannot be told', () => {
    expect(diagnose(drifted, [], when('drift.share > 0.5')).held).toEqual({
      guard: 'condition',
      detail: 'it waits for drift.share > 0.5',
    });
    const untold = diagnose(drifted, [], when('estimate.loss > 0.1'));
    expect(untold).toMatchObject({ action: 'none', held: { guard: 'condition' } });
    expect(untold.held?.detail).toContain('cannot be told in this window');
  });
});

describe('conditions of the team', () => {
  const spec = respond({
    conditions: [
      { name: 'revenue', when: 'business.revenue.mean < 10', action: 'rollback', risk: 'medium' },
      { name: 'quiet', when: 'rows < 200', action: 'askForLabels' },
    ],
  });
  const poor = measured({
    business: { revenue: { count: 10, sum: 50, mean: 5, replaced: 0 } },
  });

  it('decide after the rules, by the first that holds; one that cannot be told does not', () => {
    expect(diagnose(poor, [], spec)).toMatchObject({
      kind: 'condition',
      rule: null,
      condition: 'revenue',
      action: 'rollback',
      risk: 'medium',
      conditions: ['revenue', 'quiet'],
    });
    expect(diagnose(measured(), [], spec)).toMatchObject({
      condition: 'quiet',
      action: 'askForLabels',
    });
    expect(diagnose(measured({ ...poor, performance: LOST }), [], spec).kind).toBe('concept-drift');
  });

  it('are counted by their own name', () => {
    const two = respond(
      { guards: { ...SPEC.respond.guards, breaches: { count: 2, of: 3 } } },
      spec,
    );
    const first = diagnose(poor, [], two);
    expect(first).toMatchObject({ action: 'none', held: { guard: 'breaches' } });
    const other = { version: 2, kinds: ['condition'], conditions: ['quiet'] } as const;
    expect(diagnose(poor, [other], two).action).toBe('none');
    expect(diagnose(poor, [recentWindow(2, first)], two).action).toBe('rollback');
  });
});

describe('hysteresis', () => {
  const spec = guards({ breaches: { count: 2, of: 3 }, exit: { count: 2, of: 3 } });
  /** Decides windows one after the other: `b` breaches, `c` is clear, `f` has few rows. */
  function play(story: string): readonly string[] {
    const recent: RecentWindow[] = [];
    return [...story].map((sign) => {
      const over = sign === 'b' ? { performance: LOST } : sign === 'f' ? { rows: 1 } : {};
      const verdict = diagnose(measured(over), recent, spec);
      recent.push(recentWindow(2, verdict));
      return `${verdict.kind}/${verdict.action}/${verdict.held?.guard ?? '-'}`;
    });
  }
  const [waits, acts, stands, ok] = [
    'concept-drift/none/breaches',
    'concept-drift/retrain/-',
    'concept-drift/none/hysteresis',
    'ok/none/-',
  ];

  it.each([
    ['is entered by two breaches of three', 'bb', [waits, acts]],
    ['stands in the first clear window', 'bbc', [waits, acts, stands]],
    ['is left in the second', 'bbcc', [waits, acts, stands, ok]],
    ['a breach while it stands acts at once', 'bbcb', [waits, acts, stands, acts]],
    ['two clear of the last three are enough', 'bbcbc', [waits, acts, stands, acts, ok]],
    ['few rows say nothing', 'bbcfc', [waits, acts, stands, 'insufficient/none/-', ok]],
    ['one breach alone does not enter', 'bcc', [waits, ok, ok]],
    ['what was left is entered anew', 'bbccbb', [waits, acts, stands, ok, waits, acts]],
  ])('%s', (_, story, expected) => {
    expect(play(story)).toEqual(expected);
  });

  it('says when it ends', () => {
    const recent: RecentWindow[] = [
      { version: 2, kinds: ['concept-drift'] },
      { version: 2, kinds: ['concept-drift'] },
    ];
    expect(diagnose(measured(), recent, spec).held?.detail).toBe(
      'it ends when 2 of the last 3 windows are clear (1 so far)',
    );
    expect(diagnose(measured(), recent, SPEC).kind).toBe('ok');
  });
});
