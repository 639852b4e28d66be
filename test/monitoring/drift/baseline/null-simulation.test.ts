import { describe, expect, it } from 'vitest';
import { buildColumnProfile } from '../../../../monitoring/drift/baseline/build-profile.js';
import {
  type ColumnDraft,
  decideDrift,
  measureColumn,
} from '../../../../monitoring/drift/baseline/drift-verdict.js';
import { splitWindows } from '../../../../monitoring/drift/baseline/window-split.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import { benjaminiHochberg } from '../../../../monitoring/drift/univariate/multiplicity.js';
import { isDocumented } from '../dataset/documented.js';
import { HOUR_MS, hourTimes, seasonalStream, WEEK_MS } from '../seasonal-stream.js';

const REFERENCE_WEEKS = 26;
const LIVE_WEEKS = 20;
const COLUMNS = 10;
const SHIFT = 3;

/** Verdicts on every live week of ten seasonal columns, all of them moved by `shift`. */
function simulate(shift: number) {
  const hours = REFERENCE_WEEKS * 168;
  const split = splitWindows(hourTimes(hours), hours, WEEK_MS, 100);
  const columns = Array.from({ length: COLUMNS }, (_, i) => {
    const stream = seasonalStream(100 + i, hours + LIVE_WEEKS * 168);
    const reference = { kind: 'numeric' as const, values: stream.subarray(0, hours) };
    return { stream, profile: buildColumnProfile(`c${i}`, reference, split, 100) };
  });
  return Array.from({ length: LIVE_WEEKS }, (_, week) => {
    const from = hours + week * 168;
    const drafts = columns.map(({ stream, profile }): ColumnDraft => {
      const values = stream.slice(from, from + 168).map((value) => value + shift);
      return measureColumn(profile, { kind: 'numeric', values }, 100);
    });
    const byPValue = benjaminiHochberg(drafts.map((draft) => draft.pValue));
    return {
      decided: decideDrift(drafts, 168, { minRows: 100, shareOfColumns: 0.1 }),
      byPValue: byPValue.some((p) => p !== null && p <= 0.05),
    };
  });
}

describe('an autocorrelated, seasonal stream without drift', () => {
  it('alarms every week by p-values, hardly ever by calibrated thresholds', () => {
    const weeks = simulate(0);
    const byPValue = weeks.filter((week) => week.byPValue).length;
    const decisions = weeks.flatMap((week) => week.decided.columns);
    const columns = decisions.filter((column) => column.verdict === 'drift').length;
    const data = weeks.filter((week) => week.decided.drift.verdict === 'drift').length;
    console.log(
      `null, seed 100, ${LIVE_WEEKS} weeks × ${COLUMNS} columns: p-values (BH .05) alarm in ` +
        `${byPValue} weeks; calibrated: ${columns} of ${decisions.length} columns, ${data} weeks`,
    );
    expect(byPValue).toBeGreaterThanOrEqual(LIVE_WEEKS - 1);
    expect(columns / decisions.length).toBeLessThan(0.02);
    expect(data).toBe(0);
  });

  it('alarms every week once the columns have moved', () => {
    const weeks = simulate(SHIFT);
    const data = weeks.filter((week) => week.decided.drift.verdict === 'drift').length;
    console.log(`moved by ${SHIFT}: calibrated thresholds alarm in ${data} of ${LIVE_WEEKS} weeks`);
    expect(data).toBe(LIVE_WEEKS);
    expect(weeks[0]?.decided.drift.method).toBe('reference-windows');
  });
});

describe('autocorrelated, seasonal rows without drift, references of 8, 12 and 26 weeks', () => {
  it('alarm in at most 7 of 100 windows, p-values alone in nearly all', () => {
    const [streams, liveWeeks] = [8, 6];
    for (const weeks of [8, 12, 26]) {
      const hours = weeks * 168;
      const split = splitWindows(hourTimes(hours), hours, WEEK_MS, 100);
      let [windows, calibrated, byPValue] = [0, 0, 0];
      for (let stream = 0; stream < streams; stream += 1) {
        const columns = Array.from({ length: 5 }, (_, i) => {
          const values = seasonalStream(1_000 + 10 * stream + i, hours + liveWeeks * 168, 3);
          const reference = { kind: 'numeric', values: values.subarray(0, hours) } as const;
          return { values, profile: buildColumnProfile(`c${i}`, reference, split, 100) };
        });
        for (let week = 0; week < liveWeeks; week += 1) {
          const from = hours + week * 168;
          const drafts = columns.map(({ values, profile }) =>
            measureColumn(
              profile,
              { kind: 'numeric', values: values.slice(from, from + 168) },
              100,
            ),
          );
          const adjusted = benjaminiHochberg(drafts.map(({ pValue }) => pValue));
          const { drift } = decideDrift(drafts, 168, { minRows: 100, shareOfColumns: 0 });
          windows += 1;
          if (drift.verdict === 'drift') calibrated += 1;
          if (adjusted.some((p) => p !== null && p <= 0.05)) byPValue += 1;
        }
      }
      console.log(
        `seasonal, seeds 1000 to 1074, reference of ${weeks} weeks, ${windows} windows of 5 columns: ` +
          `calibrated alarm in ${calibrated}, p-values alone in ${byPValue}`,
      );
      const row = [weeks, windows, byPValue, calibrated].map(String);
      expect(isDocumented(...row)).toBe(true);
      expect(calibrated / windows).toBeLessThanOrEqual(0.07);
      expect(byPValue / windows).toBeGreaterThan(0.9);
    }
  });
});

describe('independent rows without drift, eight small reference windows', () => {
  it('seldom alarm', () => {
    const [rows, minRows, windows, columns, repeats] = [100, 50, 8, 3, 60];
    const random = seededRandom(12_345);
    const draw = (count: number) => Float64Array.from({ length: count }, () => random());
    const total = rows * windows;
    const split = splitWindows(hourTimes(total), total, rows * HOUR_MS, minRows);
    let alarms = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const profiles = Array.from({ length: columns }, (_, i) =>
        buildColumnProfile(`c${i}`, { kind: 'numeric', values: draw(total) }, split, minRows),
      );
      for (let live = 0; live < 12; live++) {
        const drafts = profiles.map((profile) =>
          measureColumn(profile, { kind: 'numeric', values: draw(rows) }, minRows),
        );
        expect(drafts.map(({ method }) => method)).not.toContain('resampled');
        const { drift } = decideDrift(drafts, rows, { minRows, shareOfColumns: 0.1 });
        if (drift.verdict === 'drift') alarms++;
      }
    }
    console.log(`independent rows, seed 12345, ${repeats * 12} windows: ${alarms} alarms`);
    expect(alarms / (repeats * 12)).toBeLessThan(0.02);
  });
});
