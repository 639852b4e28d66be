import type { EffectComparison, Measure } from '../univariate/measure.js';
import { bonferroni } from '../univariate/multiplicity.js';
import { findMeasure } from '../univariate/registry.js';
import type { NativeMethod } from './method.js';
import type { FrameData } from './method-data.js';
import { joined, type MethodResult, withVerdict } from './method-result.js';
import { type MultivariateOptions, resolveOptions } from './options.js';

const NAME = 'mixed-type-tabular';

/** One column, by the test of its kind. */
export interface FeatureTest {
  readonly column: string;
  /** `kolmogorov-smirnov` or `chi-squared`. */
  readonly test: string;
  readonly statistic: number | null;
  readonly pValue: number | null;
  /** p times the columns tested, at most 1. */
  readonly adjustedPValue: number | null;
  readonly effect: number | null;
  /** Whether it is significant and past the smallest effect. */
  readonly drifted: boolean;
}

/**
 * Kolmogorov–Smirnov for each column of numbers, chi-squared for each of categories, Bonferroni's
 * correction over all: the frame has drifted when a column has.
 *
 * @param reference - columns by name; those on one side alone, or of two kinds, are not tested
 * @returns one entry a tested column, in the reference's order
 * @throws RangeError on an option out of range
 */
export function testFeatures(
  reference: FrameData,
  current: FrameData,
  options: MultivariateOptions = {},
): readonly FeatureTest[] {
  const { alpha, smallestEffect } = resolveOptions(options);
  const others = new Map(current.columns.map(({ name, column }) => [name, column]));
  const tested = reference.columns.flatMap(({ name, column }) => {
    const other = others.get(name);
    if (other?.kind !== column.kind) return [];
    const measure = findMeasure(column.kind === 'numeric' ? 'kolmogorov-smirnov' : 'chi-squared');
    return [{ name, measure, found: measure.compare(column, other) }];
  });
  const adjusted = bonferroni(tested.map(({ found }) => found.pValue));
  return tested.map(({ name, measure, found }, i) =>
    featureTest(name, measure, found, adjusted[i] ?? null, alpha, smallestEffect),
  );
}

function featureTest(
  column: string,
  measure: Measure,
  { statistic, pValue, effect }: EffectComparison,
  adjustedPValue: number | null,
  alpha: number,
  smallestEffect: number | null,
): FeatureTest {
  const significant = adjustedPValue !== null && adjustedPValue <= alpha;
  const matters = (effect ?? 0) >= (smallestEffect ?? measure.smallestEffect);
  return {
    column,
    test: measure.name,
    statistic,
    pValue,
    adjustedPValue,
    effect,
    drifted: significant && matters,
  };
}

export const mixedTypeTabular: NativeMethod = {
  name: NAME,
  summary: 'a test for each column by its kind, corrected by Bonferroni',
  takes: ['frame'],
  runsIn: 'typescript',
  compare(reference, current, options = {}) {
    if (reference.kind !== 'frame' || current.kind !== 'frame') {
      throw new RangeError(
        `${NAME} tests columns by their kind; a vector has none: use mmd, lsdd or domain-classifier`,
      );
    }
    const resolved = resolveOptions(options);
    const features = testFeatures(reference, current, options);
    const drift = withVerdict(
      NAME,
      features.map(({ column }) => column),
      summary(features, reference.columns.length),
      { ...resolved, smallestEffect: 0 },
    );
    if (drift.verdict !== 'drift' || features.some(({ drifted }) => drifted)) return drift;
    const note = joined([drift.note, 'significant, but below the smallest effect']);
    return { ...drift, verdict: 'no-drift', note };
  },
};

/** The statistic is the number of drifted columns, p the smallest after correction. */
function summary(features: readonly FeatureTest[], asked: number): MethodResult {
  const known = features.filter(({ adjustedPValue }) => adjustedPValue !== null);
  const drifted = features.filter((feature) => feature.drifted).length;
  const skipped = asked - known.length;
  return {
    statistic: known.length === 0 ? null : drifted,
    pValue: known.length === 0 ? null : Math.min(...known.map((each) => each.adjustedPValue ?? 1)),
    note: skipped === 0 ? null : `${skipped} columns without a value on both sides are not tested`,
    details: {
      tested: known.length,
      ...Object.fromEntries(
        known.map(({ column, adjustedPValue }) => [`p:${column}`, adjustedPValue ?? 1]),
      ),
    },
  };
}
