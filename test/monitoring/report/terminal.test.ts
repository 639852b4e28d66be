import { describe, expect, it } from 'vitest';
import { artifactUri, type WindowMeasurement } from '../../../contracts/index.js';
import { measurementLines, renderMeasurement } from '../../../monitoring/report/index.js';

const sha256 = 'a'.repeat(64);
const MEASUREMENT: WindowMeasurement = {
  model: 'bike-demand',
  version: 3,
  window: { start: '2011-07-04T00:00:00Z', end: '2011-07-11T00:00:00Z' },
  rows: 168,
  labelledRows: 160,
  profile: { uri: artifactUri(sha256), sha256, bytes: 1, mediaType: 'application/json' },
  quality: { breaches: [] },
  featureDrift: {
    verdict: 'drift',
    share: 0.25,
    threshold: 0.1,
    driftedColumns: ['temperature', 'humidity'],
    measuredColumns: 8,
    method: 'resampled',
  },
  predictionDrift: { verdict: 'no-drift', distance: 0.0812, threshold: 0.1 },
  performance: {
    verdict: 'lost',
    metric: 'mae',
    value: 61.2,
    baseline: 48,
    relativeLoss: 0.275,
    threshold: 0.1,
  },
  previous: {
    version: 2,
    value: 47,
    better: true,
    lossDifference: { mean: 14.2, low: 9.1, high: 19.3 },
  },
  inputsSinceDeploy: {
    verdict: 'insufficient',
    share: null,
    threshold: 0.25,
    driftedColumns: [],
    measuredColumns: 0,
    method: 'resampled',
  },
  windowsSinceDeploy: 1,
  details: null,
};

describe('a measurement in the terminal', () => {
  it('tells the rows, what they were compared with, and all inputs together', () => {
    const lines = measurementLines({
      ...MEASUREMENT,
      reference: {
        kind: 'trailing',
        window: { start: '2011-05-09T00:00:00Z', end: '2011-07-04T00:00:00Z' },
        rows: 1_344,
        sha256: null,
      },
      volume: {
        rows: 168,
        expected: 336,
        ratio: 0.5,
        windows: 8,
        verdict: 'low',
        below: 0.8,
        above: null,
      },
      duplicates: { rows: 12, share: 12 / 168, limit: null },
      multivariateDrift: {
        method: 'mmd',
        verdict: 'drift',
        statistic: 0.031,
        threshold: 0.012,
        pValue: 0.005,
        rows: 168,
      },
      outliers: { method: 'mahalanobis', rows: 168, share: 0.02, limit: 0.05, verdict: 'normal' },
      confidenceDrift: {
        verdict: 'insufficient',
        distance: null,
        uncertaintyDistance: null,
        threshold: 0.1,
        meanConfidence: null,
        meanUncertainty: null,
      },
    });
    expect(lines).toEqual(
      expect.arrayContaining([
        {
          subject: 'compared with',
          verdict: 'ok',
          text: 'the windows before, 2011-05-09 – 2011-07-04, 1344 rows',
        },
        { subject: 'volume', verdict: 'bad', text: '168 rows, 336 in 8 weeks before (50 %)' },
        {
          subject: 'repeated rows',
          verdict: 'ok',
          text: '12 rows repeat an earlier one, 7.14 %',
        },
        { subject: 'all inputs', verdict: 'bad', text: 'mmd 0.031, range to 0.012, p 0.005' },
        { subject: 'outliers', verdict: 'ok', text: '2 % (limit 5 %)' },
        { subject: 'confidence', verdict: 'unknown', text: 'too few probabilities to tell' },
      ]),
    );
  });

  it('shows each part with its numbers', () => {
    expect(renderMeasurement(MEASUREMENT)).toBe(
      [
        'bike-demand version 3, 2011-07-04 – 2011-07-11: 168 rows, 160 labelled',
        '  ✓ quality              no breach',
        '  ✗ earlier version      version 2 on the same rows: mae 47; loss differs by 14.2 (95 %: 9.1 to 19.3)',
        '  ? inputs since deploy  too few rows to tell',
        '  ✗ performance          mae 61.2, baseline 48: 27.5 % worse (limit 10 % worse)',
        '  ✗ features             25 % of 8 columns moved: temperature, humidity (limit 10 %, thresholds resampled)',
        '  ✓ predictions          Jensen–Shannon distance 0.0812 (limit 0.1)',
      ].join('\n'),
    );
  });

  it('has a line for bias, errors and labels where they are watched', () => {
    const text = renderMeasurement({
      ...MEASUREMENT,
      performance: {
        ...(MEASUREMENT.performance as NonNullable<WindowMeasurement['performance']>),
        interval: { low: 55.1, high: 67.9, method: 'bootstrap' },
      },
      bias: {
        rows: 160,
        bias: 12.3,
        interval: { low: 9, high: 15.6, method: 'student-t' },
        baseline: -0.4,
        isBiased: true,
        predictionVariance: 1234.5,
        errorVariance: 400,
        varianceRatio: 0.8,
      },
      concept: {
        detector: 'adwin',
        errors: 'relative-error',
        verdict: 'drift',
        driftAt: '2011-07-06T05:00:00Z',
        changedFrom: '2011-07-05T21:00:00Z',
        before: 1.01,
        since: 2.4,
        rows: 160,
        alarms: 1,
        state: MEASUREMENT.profile,
      },
      labelDrift: {
        verdict: 'no-drift',
        distance: 0.05,
        threshold: 0.1,
        answersPerLabel: 'unknown',
      },
    });
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        '  ✗ performance          mae 61.2 (95 %: 55.1 to 67.9), baseline 48: 27.5 % worse (limit 10 % worse)',
        "  ? bias                 +12.3 (95 %: 9 to 15.6), hold-out -0.4, variance 1235 (0.8 of the hold-out's)",
        '  ✗ errors               adwin: from 1.01 to 2.4 since 2011-07-05T21:00:00Z, found 2011-07-06T05:00:00Z',
        '  ✓ labels               Jensen–Shannon distance 0.05 (limit 0.1), answers to each unknown',
      ]),
    );
  });

  it('names breaches first and leaves out what is not watched', () => {
    const breach = { column: 'b', check: 'missing-values', observed: 1, limit: 0.1 } as const;
    const text = renderMeasurement({
      ...MEASUREMENT,
      quality: { breaches: new Array(7).fill(breach) },
      previous: null,
      inputsSinceDeploy: null,
      performance: null,
      featureDrift: null,
      predictionDrift: null,
    });
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toMatch(/✗ quality {2}b missing-values 100 % \(limit 10 %\), .* and 2 more$/);
  });

  it('colours only when asked', () => {
    expect(renderMeasurement(MEASUREMENT)).not.toContain('\u001b');
    expect(renderMeasurement(MEASUREMENT, { colour: true })).toContain('\u001b[31m✗\u001b[0m');
  });

  it('shows slices, fairness, the estimate and the shadow where they are watched', () => {
    const slice = { rows: 60, labelledRows: 60, metric: 'mae', relativeLoss: 0 } as const;
    const text = renderMeasurement({
      ...MEASUREMENT,
      slices: [
        { ...slice, name: 'north', value: 90, baseline: 50, verdict: 'lost' },
        { ...slice, name: 'south', value: 51, baseline: 50, verdict: 'kept' },
        { ...slice, name: 'atlantis', value: null, baseline: null, verdict: 'insufficient' },
      ],
      fairness: [
        {
          column: 'region',
          criterion: 'demographicParity',
          verdict: 'unfair',
          difference: 0.25,
          ratio: 0.58,
          lowest: 'south',
          highest: 'north',
          pValue: 0.001,
          breach: 'rates differ by 0.25, more than 0.1',
        },
      ],
      estimate: {
        method: 'direct-loss',
        metric: 'mae',
        verdict: 'lost',
        value: 60,
        low: 55,
        high: 65,
        baseline: 48,
        relativeLoss: 0.25,
        threshold: 0.1,
        isValid: false,
        doubts: ['errors rose'],
      },
      shadow: { version: 4, rows: 10_000, disagreement: 0.123 },
    });
    for (const line of [
      '✗ slices               worse on north: mae 90, baseline 50; 1 kept; 1 with too few rows',
      '✗ fairness by region   demographic parity: rates differ by 0.25, more than 0.1 (lowest south, highest north)',
      '? estimate             mae 60 (55 to 65), baseline 48: 25 % worse (limit 10 % worse); not to be relied on: errors rose',
      '✓ shadow               version 4 answers 12.3 % of 10000 rows otherwise',
    ]) {
      expect(text).toContain(line);
    }
  });

  it('names the furthest column where drift is a distance', () => {
    const text = renderMeasurement({
      ...MEASUREMENT,
      featureDrift: {
        verdict: 'drift',
        share: 0.125,
        threshold: 1,
        largestEffect: { column: 'temperature', value: 0.31 },
        furtherThan: { distance: 0.2, columns: ['temperature'] },
        driftedColumns: ['temperature'],
        measuredColumns: 8,
        method: 'reference-windows',
      },
    });
    expect(text).toContain(
      'furthest temperature by 0.31 (limit 0.2, past it and their own range: temperature)',
    );
  });
});
