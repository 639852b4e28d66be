import { describe, expect, it } from 'vitest';
import {
  type DataProfile,
  mergeProfiles,
  ProfileBuilder,
  parseProfile,
  profileCounts,
  profileText,
} from '../../../../monitoring/drift/profiles/index.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import { fc } from '../../../support/property.js';
import { numberProfile, onlyCategorical, onlyNumeric, textProfile } from './profiled.js';

const anyNumber = fc.oneof(
  fc.double(),
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    1e308,
    -1e308,
  ),
);
const column = (value: fc.Arbitrary<number>) => fc.array(value, { maxLength: 60 });

/** What must not depend on how the rows were cut. */
function exactPart(profile: DataProfile) {
  const { missing, infinite, distinct, sample, moments } = onlyNumeric(profile);
  return {
    rows: profile.rows,
    missing,
    infinite,
    distinct,
    sample,
    min: moments.min,
    max: moments.max,
  };
}

describe('merge of profiles equals profile of the merge', () => {
  it('for numbers: counts, extremes, distinct values and the whole sample exactly', () => {
    fc.assert(
      fc.property(fc.array(column(anyNumber), { minLength: 1, maxLength: 5 }), (parts) => {
        const merged = mergeProfiles(parts.map(numberProfile));
        expect(exactPart(merged)).toEqual(exactPart(numberProfile(parts.flat())));
      }),
    );
  });

  it('for numbers: moments to rounding', () => {
    const reasonable = fc.oneof(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.integer({ min: 1_000_000_000, max: 1_000_000_009 }),
    );
    fc.assert(
      fc.property(column(reasonable), column(reasonable), (a, b) => {
        const { moments: merged } = onlyNumeric(mergeProfiles([a, b].map(numberProfile)));
        const { moments: whole } = onlyNumeric(numberProfile([...a, ...b]));
        const scale = Math.max(1, Math.abs(whole.min ?? 0), Math.abs(whole.max ?? 0));
        const close = (x: number | null, y: number | null, unit: number) => {
          expect(x === null).toBe(y === null);
          expect(Math.abs((x ?? 0) - (y ?? 0))).toBeLessThanOrEqual(1e-12 * unit);
        };
        close(merged.mean, whole.mean, scale);
        // A deviation far below the values' own size is known to the rounding of that size.
        close(merged.standardDeviation, whole.standardDeviation, scale * 10);
        if ((whole.standardDeviation ?? 0) > 1e-3 * scale) {
          close(merged.skewness, whole.skewness, 1e4 * Math.max(1, Math.abs(whole.skewness ?? 0)));
        }
      }),
    );
  });

  it('for text: all counts exactly, in any grouping', () => {
    const texts = fc.array(
      fc.option(fc.constantFrom('a', 'b', 'c', '', 'ü', 'a b c d'), { nil: null }),
      {
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(texts, texts, texts, (a, b, c) => {
        const [pa, pb, pc] = [textProfile(a), textProfile(b), textProfile(c)];
        const whole = onlyCategorical(textProfile([...a, ...b, ...c]));
        for (const merged of [
          mergeProfiles([pa, pb, pc]),
          mergeProfiles([mergeProfiles([pa, pb]), pc]),
          mergeProfiles([pc, pb, pa]),
        ]) {
          const found = onlyCategorical(merged);
          expect(found.categories).toEqual(whole.categories);
          expect(found.distinct).toEqual(whole.distinct);
          expect(found.missing).toBe(whole.missing);
          expect(found.text?.lengths.sample).toEqual(whole.text?.lengths.sample);
        }
      }),
    );
  });

  it('after being stored: the same as from memory', () => {
    fc.assert(
      fc.property(column(anyNumber), column(anyNumber), (a, b) => {
        const stored = [a, b].map((part) => parseProfile(profileText(numberProfile(part))));
        expect(mergeProfiles(stored)).toEqual(mergeProfiles([a, b].map(numberProfile)));
      }),
    );
  });

  it('does not depend on how the rows come in chunks', () => {
    fc.assert(
      fc.property(column(anyNumber), fc.nat(60), (values, cut) => {
        const builder = new ProfileBuilder([{ name: 'x', kind: 'number' }]);
        builder.update([Float64Array.from(values.slice(0, cut))]);
        builder.update([Float64Array.from(values.slice(cut))]);
        expect(builder.finish()).toEqual(numberProfile(values));
      }),
    );
  });

  it('keeps the undercount of many categories within what it states', () => {
    const random = seededRandom(7);
    // Zipf: category k of 60,000 about 1 / k of the rows.
    const draw = () => `c${Math.floor(60_000 ** random())}`;
    const parts = Array.from({ length: 4 }, () => Array.from({ length: 20_000 }, draw));
    const truth = new Map<string, number>();
    for (const value of parts.flat()) truth.set(value, (truth.get(value) ?? 0) + 1);
    const merged = onlyCategorical(mergeProfiles(parts.map(textProfile)));
    const { categories, distinct } = merged;
    expect(categories.undercount).toBeGreaterThan(0);
    expect(categories.undercount).toBeLessThanOrEqual((4 * 20_000) / 10_000);
    const counts = profileCounts(merged);
    const missed = [...truth].map(([value, rows]) => rows - (counts.get(value) ?? 0));
    expect(Math.min(...missed)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...missed)).toBeLessThanOrEqual(categories.undercount);
    const listed = [...counts.values()].reduce((sum, rows) => sum + rows, 0);
    expect(listed + categories.otherRows).toBe(80_000);
    expect(distinct.exact).toBe(false);
    expect(Math.abs(distinct.count / truth.size - 1)).toBeLessThan(3 * 0.01625);
  });

  it('names the column that does not fit', () => {
    const text = textProfile(['a']);
    const numbers = numberProfile([1]);
    expect(() => mergeProfiles([])).toThrow('there is no profile to merge');
    expect(() => mergeProfiles([numbers, text])).toThrow("column 'x' is not in every profile");
    const renamed = { ...text, columns: text.columns.map((c) => ({ ...c, name: 'x' })) };
    expect(() => mergeProfiles([numbers, renamed])).toThrow(
      "column 'x' is of kind number in one profile and string in another",
    );
  });

  it('keeps the digests of the files that it stands for', () => {
    const digest = (digit: string) => digit.repeat(64);
    const of = (sha256: string) => ({ ...numberProfile([1]), sha256 });
    const merged = mergeProfiles([
      mergeProfiles([of(digest('a')), of(digest('b'))]),
      of(digest('c')),
    ]);
    expect(merged.sha256).toBeNull();
    expect(merged.mergedFrom).toEqual(['a', 'b', 'c'].map(digest));
  });
});
