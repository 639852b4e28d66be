import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../../contracts/index.js';
import { buildColumnProfile } from '../../../../monitoring/drift/baseline/build-profile.js';
import {
  calibrate,
  predictionSigmas,
  thresholdAt,
} from '../../../../monitoring/drift/baseline/calibration.js';
import { checkColumnQuality } from '../../../../monitoring/drift/baseline/data-quality.js';
import { decideDrift, measureColumn } from '../../../../monitoring/drift/baseline/drift-verdict.js';
import { kolmogorovSmirnovOfPart } from '../../../../monitoring/drift/baseline/leave-one-out.js';
import { measurePredictionDrift } from '../../../../monitoring/drift/baseline/prediction-drift.js';
import { SAMPLE_SIZE } from '../../../../monitoring/drift/baseline/profile.js';
import { splitWindows } from '../../../../monitoring/drift/baseline/window-split.js';
import {
  type ColumnValues,
  sortedPresent,
} from '../../../../monitoring/drift/samples/column-values.js';
import { kolmogorovSmirnovStatistic } from '../../../../monitoring/drift/univariate/kolmogorov-smirnov.js';
import { fc } from '../../../support/property.js';
import { hourTimes, normals, seasonalStream, WEEK_MS } from '../seasonal-stream.js';

const WEEKS = 12;
const HOURS = WEEKS * 168;
const split = splitWindows(hourTimes(HOURS), HOURS, WEEK_MS, 100);
const noTime = (rows: number) => splitWindows(null, rows, WEEK_MS, 100);

function numeric(values: ArrayLike<number>): ColumnValues {
  return { kind: 'numeric', values: Float64Array.from(values) };
}

function categories(values: readonly (string | null)[]): ColumnValues {
  return { kind: 'categorical', values };
}

const repeat = <T>(times: number, value: T): T[] => new Array<T>(times).fill(value);

describe('a profile', () => {
  it('has moments, bins and a thinned sample', () => {
    const next = normals(1);
    const values = Float64Array.from({ length: 50_000 }, () => 10 + 2 * next());
    values[7] = Number.NaN;
    values[8] = Number.POSITIVE_INFINITY;
    const profile = buildColumnProfile('x', numeric(values), noTime(50_000), 100);
    if (profile.kind !== 'numeric') throw new Error('a numeric profile was expected');
    expect(profile.rows).toBe(49_999);
    expect(profile.infinite).toBe(1);
    expect(profile.missingShare).toBeCloseTo(1 / 50_000, 12);
    expect(profile.mean).toBeCloseTo(10, 1);
    expect(profile.standardDeviation).toBeCloseTo(2, 1);
    expect(profile.skewness).toBeCloseTo(0, 1);
    expect(profile.sample.exact).toBe(false);
    expect(profile.sample.values).toHaveLength(SAMPLE_SIZE);
    const error = kolmogorovSmirnovStatistic(
      sortedPresent(values),
      Float64Array.from(profile.sample.values),
    );
    expect(error).toBeLessThanOrEqual(1 / (2 * SAMPLE_SIZE) + 1 / 49_999);
  });

  it('is calibrated by its own windows where there are eight', () => {
    const profile = buildColumnProfile('x', numeric(seasonalStream(3, HOURS)), split, 100);
    for (const calibration of profile.calibrations) {
      expect(calibration).toMatchObject({ method: 'reference-windows', windows: WEEKS, rows: 168 });
      const { mean, standardDeviation, threshold } = calibration;
      expect(threshold).toBeCloseTo(
        mean + predictionSigmas(calibration.windows) * standardDeviation,
        12,
      );
    }
  });

  it('is resampled, and says so, where there are fewer', () => {
    const short = splitWindows(hourTimes(5 * 168), 5 * 168, WEEK_MS, 100);
    const column = numeric(seasonalStream(3, 5 * 168));
    const methods = (parts: typeof short) =>
      buildColumnProfile('x', column, parts, 100).calibrations.map(({ method }) => method);
    expect(methods(short)).toEqual(['resampled', 'resampled']);
    expect(methods(noTime(5 * 168))).toEqual(['resampled', 'resampled']);
    expect(buildColumnProfile('x', column, noTime(840), 100)).toEqual(
      buildColumnProfile('x', column, noTime(840), 100),
    );
  });

  it('takes the distance of a window from the rest without building the rest', () => {
    const numbers = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double({ noNaN: true })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const [part, rest] = [a, b].map((side) => sortedPresent(Float64Array.from(side)));
        const whole = sortedPresent(Float64Array.from([...a, ...b]));
        if (part === undefined || rest === undefined) return;
        expect(kolmogorovSmirnovOfPart(whole, part)).toBeCloseTo(
          kolmogorovSmirnovStatistic(part, rest),
          12,
        );
      }),
    );
  });

  it('leaves windows cut off at either end out of the calibration, not out of the data', () => {
    const times = hourTimes(HOURS).subarray(100, HOURS - 100);
    const cut = splitWindows(times, times.length, WEEK_MS, 50);
    expect(cut.windows).toHaveLength(WEEKS);
    expect(new Set(cut.calibrating)).toEqual(
      new Set([-1, ...Array.from({ length: 10 }, (_, i) => i + 1)]),
    );
  });

  it('never has a threshold that nothing can pass', () => {
    const near = [0.5, 0.95, 0.6, 0.9, 0.7, 0.95, 0.5, 0.9];
    const { threshold } = calibrate('kolmogorov-smirnov', near, () => [], 168);
    expect(threshold).toBeCloseTo(0.975, 12);
  });

  it('gives smaller windows more room, larger ones none taken away where time is in the range', () => {
    const own = calibrate('kolmogorov-smirnov', repeat(8, 0.2), () => [], 400);
    expect(thresholdAt(own, 100)).toBeCloseTo(0.4, 12);
    expect(thresholdAt(own, 1_600)).toBeCloseTo(0.2, 12);
    const chance = calibrate('kolmogorov-smirnov', [], () => [0.1, 0.1], 400);
    expect(thresholdAt(chance, 1_600)).toBeCloseTo(0.05, 12);
  });
});

describe('the verdict on a window', () => {
  const rules = { minRows: 100, shareOfColumns: 0.3 };
  const values = seasonalStream(5, HOURS);
  const profile = buildColumnProfile('x', numeric(values), split, 100);
  const week = values.slice(0, 168);

  it('is drift past the calibrated range, not within it', () => {
    const moved = measureColumn(profile, numeric(week.map((value) => value + 5)), 100);
    const still = measureColumn(profile, numeric(week), 100);
    const { columns, drift } = decideDrift([moved, { ...still, name: 'y' }], 168, rules);
    expect(columns.map(({ verdict }) => verdict)).toEqual(['drift', 'no-drift']);
    expect(drift).toMatchObject({ verdict: 'drift', share: 0.5, driftedColumns: ['x'] });
    expect(columns[0]?.adjustedPValue).toBeLessThan(1e-6);
  });

  it('needs more than the share of columns', () => {
    const moved = measureColumn(profile, numeric(week.map((value) => value + 5)), 100);
    const still = measureColumn(profile, numeric(week), 100);
    const half = { ...rules, shareOfColumns: 0.5 };
    expect(decideDrift([moved, still], 168, half).drift.verdict).toBe('no-drift');
  });

  it('names the largest effect of a column, and is drift past a distance where one is set', () => {
    const moved = measureColumn(profile, numeric(week.map((value) => value + 5)), 100);
    const still = { ...measureColumn(profile, numeric(week), 100), name: 'y' };
    const all = { ...rules, shareOfColumns: 1 };
    const measured = decideDrift([still, moved], 168, { ...all, distance: 0.2 }).drift;
    expect(measured.largestEffect).toEqual({ column: 'x', value: moved.statistic });
    expect(measured).toMatchObject({
      verdict: 'drift',
      share: 0.5,
      furtherThan: { distance: 0.2, columns: ['x'] },
    });
    expect(decideDrift([still, moved], 168, all).drift.verdict).toBe('no-drift');
    const far = decideDrift([still, moved], 168, { ...all, distance: 1 }).drift;
    expect(far).toMatchObject({ verdict: 'no-drift', furtherThan: { columns: [] } });
  });

  it('is no drift past a distance that the column goes in its normal course', () => {
    const still = measureColumn(profile, numeric(week), 100);
    expect(still.statistic).toBeGreaterThan(0);
    const { drift } = decideDrift([still], 168, { ...rules, distance: 0 });
    expect(drift).toMatchObject({ verdict: 'no-drift', furtherThan: { columns: [] } });
    expect(drift.largestEffect?.value).toBe(still.statistic);
  });

  it('is insufficient under the minimum rows, never no-drift', () => {
    const few = measureColumn(profile, numeric(week.subarray(0, 99)), 100);
    const { columns, drift } = decideDrift([few], 99, rules);
    expect(columns[0]).toMatchObject({ verdict: 'insufficient', statistic: null, pValue: null });
    expect(drift).toMatchObject({ verdict: 'insufficient', share: null, measuredColumns: 0 });
  });

  it('leaves a column without values out of the share', () => {
    const empty = measureColumn(profile, numeric(repeat(168, Number.NaN)), 100);
    const absent = measureColumn(profile, undefined, 100);
    const moved = measureColumn(profile, numeric(week.map((value) => value + 5)), 100);
    const { drift } = decideDrift([empty, absent, moved], 168, rules);
    expect(drift).toMatchObject({ share: 1, measuredColumns: 1 });
  });

  it('asks the corrected p-value too where the range was resampled', () => {
    const next = normals(9);
    const draw = (rows: number, shift = 0) =>
      numeric(Float64Array.from({ length: rows }, () => next() + shift));
    const resampled = buildColumnProfile('x', draw(2_000), noTime(2_000), 100);
    const judge = (current: ColumnValues) =>
      decideDrift([measureColumn(resampled, current, 100)], 168, rules).columns[0];
    expect(judge(draw(168))).toMatchObject({ verdict: 'no-drift', method: 'resampled' });
    const moved = judge(draw(168, 1));
    expect(moved).toMatchObject({ verdict: 'drift', method: 'resampled' });
    expect(moved?.adjustedPValue).toBeLessThan(0.05);
  });

  it('counts a never-seen category as movement of the distribution', () => {
    const reference = categories(Array.from({ length: 1_000 }, (_, i) => (i % 2 ? 'a' : 'b')));
    const letters = buildColumnProfile('c', reference, noTime(1_000), 100);
    const current = categories([...repeat(60, 'a'), ...repeat(60, 'b'), ...repeat(80, 'z')]);
    const { columns } = decideDrift([measureColumn(letters, current, 100)], 200, rules);
    expect(columns[0]).toMatchObject({ verdict: 'drift', test: 'jensen-shannon' });
  });

  it('of predictions needs the configured distance and the calibrated range', () => {
    const moved = numeric(week.map((value) => value + 5));
    expect(measurePredictionDrift(profile, moved, 100, 0.1).verdict).toBe('drift');
    expect(measurePredictionDrift(profile, moved, 100, 0.83).verdict).toBe('no-drift');
    expect(measurePredictionDrift(profile, numeric(week), 100, 0).verdict).toBe('no-drift');
    expect(measurePredictionDrift(profile, numeric([]), 100, 0.1).verdict).toBe('insufficient');
  });
});

describe('data quality', () => {
  const temperature = buildColumnProfile('t', numeric(seasonalStream(5, HOURS)), split, 100);

  it('takes the limits that it is given, and tells each that is passed', () => {
    const values = seasonalStream(6, 168).map((value, i) => (i % 20 ? value : Number.NaN));
    values[1] = -999;
    const broken = numeric(values);
    const { missing, outOfRange } = { missing: 0.02, outOfRange: 0 };
    expect(checkColumnQuality(temperature, broken)).toEqual([]);
    expect(
      checkColumnQuality(temperature, broken, { missing, outOfRange }).map(({ check }) => check),
    ).toEqual(['missing-values', 'out-of-range']);
  });

  it('of a reference without a value takes every share of missing values', () => {
    const empty = buildColumnProfile('e', numeric(repeat(HOURS, Number.NaN)), split, 100);
    expect(checkColumnQuality(empty, numeric(repeat(168, Number.NaN)))).toEqual([]);
  });

  it('passes the reference and a moderate shift', () => {
    expect(checkColumnQuality(temperature, numeric(seasonalStream(6, 168)))).toEqual([]);
    const warmer = seasonalStream(6, 168).map((value) => value + 4);
    expect(checkColumnQuality(temperature, numeric(warmer))).toEqual([]);
  });

  it('names a missing column, missing values, sentinels and infinities', () => {
    expect(checkColumnQuality(temperature, undefined)).toMatchObject([{ check: 'missing-column' }]);
    const half = seasonalStream(6, 168).map((value, i) => (i % 2 ? Number.NaN : value));
    expect(checkColumnQuality(temperature, numeric(half))).toMatchObject([
      { check: 'missing-values', observed: 0.5 },
    ]);
    for (const broken of [-999, Number.POSITIVE_INFINITY]) {
      const values = seasonalStream(6, 168).map((value, i) => (i % 10 ? value : broken));
      expect(checkColumnQuality(temperature, numeric(values))).toMatchObject([
        { check: 'out-of-range' },
      ]);
    }
  });

  it('names unseen categories, unless new ones come in the normal course of the column', () => {
    const seasons = ['winter', 'spring', 'summer'];
    const grown = Array.from(
      { length: HOURS },
      (_, i) => seasons[Math.floor((i * 3) / HOURS)] ?? '',
    );
    const stable = Array.from({ length: HOURS }, (_, i) => (i % 2 ? 'yes' : 'no'));
    const autumn = categories(repeat(168, 'autumn'));
    const check = (reference: readonly string[]) =>
      checkColumnQuality(buildColumnProfile('s', categories(reference), split, 100), autumn);
    expect(check(stable)).toEqual([
      { column: 's', check: 'unseen-values', observed: 1, limit: 0.1 },
    ]);
    expect(check(grown)).toEqual([]);
  });
});

const awkward = {
  numeric: fc
    .array(
      fc.oneof(
        fc.double(),
        fc.constantFrom(0, 7, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
      ),
      { maxLength: 80 },
    )
    .map(numeric),
  categorical: fc
    .array(fc.option(fc.constantFrom('a', 'b', '', '__proto__')), { maxLength: 80 })
    .map(categories),
};

describe.each(['numeric', 'categorical'] as const)('awkward %s columns', (kind) => {
  it('have a profile and a verdict that JSON can hold', () => {
    fc.assert(
      fc.property(awkward[kind], awkward[kind], fc.boolean(), (reference, current, timed) => {
        const rows = reference.values.length;
        const times = Float64Array.from({ length: rows }, (_, i) => i * (WEEK_MS / 4));
        const parts = splitWindows(timed ? times : null, rows, WEEK_MS, 2);
        const profile = buildColumnProfile('x', reference, parts, 2);
        const measured = decideDrift([measureColumn(profile, current, 2)], 80, {
          minRows: 2,
          shareOfColumns: 0,
        });
        const prediction = measurePredictionDrift(profile, current, 2, 0.1);
        const quality = checkColumnQuality(profile, current);
        // Throws on a number that is not finite.
        expect(() => canonicalJson({ profile, measured, prediction, quality })).not.toThrow();
      }),
      { numRuns: 60 },
    );
  });
});
