import type { FairnessMeasurement, JsonObject } from '../../contracts/index.js';

/** What a gate reads of `fairness`, and why what is not there is not. */
export interface FairnessNumbers {
  readonly parts: JsonObject;
  /** By dotted name, from `fairness` on. */
  readonly missing: { readonly [name: string]: string };
}

const TOO_FEW = 'fewer than two groups have 30 rows that count';
const NO_CLASSES = 'only the answers of a classification are favourable or not';

/**
 * Numbers of the criteria that were measured, and over all of them: how many are `unfair`, the
 * `worstDifference` and the `worstRatio`. What is said of all is known where each of them is.
 *
 * @param fairness - empty for a regression
 * @param hasColumn - whether the hold-out has it
 */
export function fairnessNumbers(
  fairness: readonly FairnessMeasurement[],
  hasColumn: (name: string) => boolean,
): FairnessNumbers {
  const cannotBeTold = ({ criterion, column }: FairnessMeasurement) => {
    const why = hasColumn(column) ? TOO_FEW : noColumn(column);
    return `${criterion} over ${column} cannot be told: ${why}`;
  };
  const parts: Record<string, JsonObject[string]> = {};
  const missing: Record<string, string> = {};
  const differences = known(fairness.map(({ difference }) => difference));
  const ratios = known(fairness.map(({ ratio }) => ratio));
  const undecided = fairness.find(({ verdict }) => verdict === 'insufficient');
  if (undecided === undefined && differences !== null && ratios !== null) {
    parts['unfair'] = fairness.filter(({ verdict }) => verdict === 'unfair').length;
    parts['worstDifference'] = Math.max(...differences);
    parts['worstRatio'] = Math.min(...ratios);
  } else {
    const why = undecided === undefined ? NO_CLASSES : cannotBeTold(undecided);
    for (const name of ['unfair', 'worstDifference', 'worstRatio']) {
      missing[`fairness.${name}`] = why;
    }
  }
  for (const one of fairness) {
    if (typeof parts[one.column] === 'number') continue;
    const { column, criterion, difference, ratio, pValue } = one;
    const own: Record<string, number> = {};
    for (const [name, value] of Object.entries({ difference, ratio, pValue })) {
      if (value !== null) own[name] = value;
      else missing[`fairness.${column}.${criterion}.${name}`] = cannotBeTold(one);
    }
    parts[column] = { ...(parts[column] as JsonObject | undefined), [criterion]: own };
  }
  return { parts, missing };
}

/** `null` where one is not there, or none is. */
function known(values: readonly (number | null)[]): readonly number[] | null {
  const found = values.filter((value) => value !== null);
  return found.length === 0 || found.length < values.length ? null : found;
}

export function noColumn(name: string): string {
  return `the hold-out has no column ${name}`;
}
