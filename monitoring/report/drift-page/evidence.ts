import type { ColumnDrift, DriftVerdict } from '../../../contracts/index.js';

const RANK: { readonly [verdict in DriftVerdict]: number } = {
  drift: 0,
  'no-drift': 1,
  insufficient: 2,
};

/**
 * Columns by the strength of the evidence: drifted first, then by adjusted p, by the effect in units
 * of its threshold, and by name. What has no number comes after what has one.
 */
export function byEvidence(columns: readonly ColumnDrift[]): readonly ColumnDrift[] {
  return [...columns].sort(
    (a, b) =>
      RANK[a.verdict] - RANK[b.verdict] ||
      ascending(a.adjustedPValue, b.adjustedPValue) ||
      ascending(negated(relativeEffect(a)), negated(relativeEffect(b))) ||
      (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}

/** The effect over its threshold; with no threshold the effect itself, `null` where there is none. */
export function relativeEffect({ effect }: ColumnDrift): number | null {
  if (effect.value === null) return null;
  return effect.threshold > 0 ? effect.value / effect.threshold : effect.value;
}

function negated(value: number | null): number | null {
  return value === null ? null : -value;
}

function ascending(a: number | null, b: number | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  return b === null ? -1 : a - b;
}
