import { chiSquared } from '../univariate/chi-squared.js';
import { checkLevel, DEFAULT_LEVEL, type Interval } from './interval.js';
import { proportionInterval } from './proportion-interval.js';

/** Decisions of a model about people or things of several groups. */
export interface FairnessSample {
  /** 1 where the decision was the favourable one, else 0. */
  readonly decisions: ArrayLike<number>;
  /** 1 where the favourable decision was right, 0 where not, NaN where nobody knows yet. */
  readonly labels: ArrayLike<number> | null;
  /** The protected attribute; `null` where it is not known: the row is left out. */
  readonly groups: readonly (string | null)[];
}

export interface FairnessOptions {
  /** Groups with fewer rows (for a rate: rows that it is a share of) are not compared; default 30. */
  readonly minRows?: number;
  /** Largest difference of rates that is tolerated, in [0, 1]; default 0.1. */
  readonly tolerance?: number;
  /** Least ratio of rates that is tolerated, in [0, 1]; default 0: none is too small. */
  readonly minRatio?: number;
  /** Level of the test that the rates differ at all; default 0.05. */
  readonly alpha?: number;
  /** Of the intervals; default 0.95. */
  readonly level?: number;
}

export interface GroupRates {
  readonly group: string;
  readonly rows: number;
  /** Share of favourable decisions. */
  readonly selection: Interval;
  /** Of those who deserved it, the share who got it; `null` values without labels. */
  readonly truePositive: Interval;
  /** Of those who did not, the share who got it all the same. */
  readonly falsePositive: Interval;
}

/** One criterion over all groups that have enough rows. */
export interface FairnessCriterion {
  readonly verdict: 'fair' | 'unfair' | 'insufficient';
  /** Largest rate less smallest. */
  readonly difference: number | null;
  /** Smallest over largest: the four-fifths rule asks for 0.8. */
  readonly ratio: number | null;
  readonly lowest: string | null;
  readonly highest: string | null;
  /** Of the chi-squared test that all groups have one rate. */
  readonly pValue: number | null;
}

export interface FairnessReport {
  readonly groups: readonly GroupRates[];
  /** The same share of favourable decisions in each group. */
  readonly demographicParity: FairnessCriterion;
  /** The same true positive rate in each group. */
  readonly equalOpportunity: FairnessCriterion;
  /** The same true and false positive rates: the worse of the two, at half the level each. */
  readonly equalisedOdds: FairnessCriterion;
}

/**
 * Fairness of decisions across the groups of a protected column.
 *
 * A criterion is `unfair` when its rates differ beyond chance (chi-squared, `alpha`) **and** by more
 * than `tolerance`, or by a ratio under `minRatio`: with few rows a large difference may be chance,
 * with many a tiny one is not. It says nothing of why: groups may differ in what matters for the
 * decision. The criteria exclude one another where base rates differ (Kleinberg et al. 2016), so
 * choose one and say which.
 *
 * @throws RangeError on unequal lengths or options out of range
 * @example
 * // two groups, 60 of 100 and 40 of 100 favourable decisions
 * fairness({ decisions, labels: null, groups }).demographicParity.difference; // 0.2
 * @see M. Hardt, E. Price, N. Srebro, Equality of Opportunity in Supervised Learning, 2016
 */
export function fairness(sample: FairnessSample, options: FairnessOptions = {}): FairnessReport {
  const { minRows = 30, tolerance = 0.1, minRatio = 0, alpha = 0.05 } = options;
  const { level = DEFAULT_LEVEL } = options;
  checkLevel(level);
  checkLevel(1 - alpha);
  if (!(tolerance >= 0 && tolerance <= 1)) {
    throw new RangeError(`a tolerance of ${tolerance}: it is a difference of shares, 0 to 1`);
  }
  if (!(minRatio >= 0 && minRatio <= 1)) {
    throw new RangeError(
      `a least ratio of ${minRatio}: the smaller rate over the larger is 0 to 1`,
    );
  }
  const counts = countGroups(sample);
  const groups = [...counts].map(
    ([group, count]): GroupRates => ({
      group,
      rows: count.selection.trials,
      selection: proportionInterval(count.selection.successes, count.selection.trials, level),
      truePositive: proportionInterval(
        count.truePositive.successes,
        count.truePositive.trials,
        level,
      ),
      falsePositive: proportionInterval(
        count.falsePositive.successes,
        count.falsePositive.trials,
        level,
      ),
    }),
  );
  const judge = (rate: Rate, at: number) =>
    judgeRate(counts, rate, { minRows, tolerance, minRatio, alpha: at });
  const odds = [judge('truePositive', alpha / 2), judge('falsePositive', alpha / 2)] as const;
  return {
    groups,
    demographicParity: judge('selection', alpha),
    equalOpportunity: judge('truePositive', alpha),
    equalisedOdds: worse(odds[0], odds[1]),
  };
}

type Rate = 'selection' | 'truePositive' | 'falsePositive';
type Count = { successes: number; trials: number };
type GroupCounts = Readonly<Record<Rate, Count>>;

function countGroups({
  decisions,
  labels,
  groups,
}: FairnessSample): ReadonlyMap<string, GroupCounts> {
  const rows = groups.length;
  if (decisions.length !== rows || (labels !== null && labels.length !== rows)) {
    throw new RangeError(
      `${decisions.length} decisions and ${labels?.length ?? 'no'} labels for ${rows} rows with a group`,
    );
  }
  const counts = new Map<string, GroupCounts>();
  groups.forEach((group, row) => {
    if (group === null) return;
    const of = counts.get(group) ?? {
      selection: { successes: 0, trials: 0 },
      truePositive: { successes: 0, trials: 0 },
      falsePositive: { successes: 0, trials: 0 },
    };
    counts.set(group, of);
    const chosen = decisions[row] === 1 ? 1 : 0;
    add(of.selection, chosen);
    if (labels?.[row] === 1) add(of.truePositive, chosen);
    if (labels?.[row] === 0) add(of.falsePositive, chosen);
  });
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function add(count: Count, success: number): void {
  count.trials += 1;
  count.successes += success;
}

function judgeRate(
  counts: ReadonlyMap<string, GroupCounts>,
  rate: Rate,
  limits: Required<Pick<FairnessOptions, 'minRows' | 'tolerance' | 'minRatio' | 'alpha'>>,
): FairnessCriterion {
  const compared = [...counts]
    .map(([group, of]) => ({ group, ...of[rate] }))
    .filter(({ trials }) => trials >= Math.max(1, limits.minRows))
    .map((of) => ({ ...of, share: of.successes / of.trials }))
    .sort((a, b) => a.share - b.share);
  const [lowest, highest] = [compared[0], compared.at(-1)];
  if (lowest === undefined || highest === undefined || compared.length < 2) {
    const nothing = { difference: null, ratio: null, lowest: null, highest: null, pValue: null };
    return { verdict: 'insufficient', ...nothing };
  }
  const difference = highest.share - lowest.share;
  const ratio = highest.share === 0 ? 1 : lowest.share / highest.share;
  const pValue = pValueOf(compared);
  const isFar = difference > limits.tolerance || ratio < limits.minRatio;
  return {
    verdict: isFar && pValue <= limits.alpha ? 'unfair' : 'fair',
    difference,
    ratio,
    lowest: lowest.group,
    highest: highest.group,
    pValue,
  };
}

function pValueOf(compared: readonly Count[]): number {
  const successes = compared.map((count) => count.successes);
  const failures = compared.map((count) => count.trials - count.successes);
  const isConstant = [successes, failures].some((side) => side.every((count) => count === 0));
  return isConstant ? 1 : chiSquared(successes, failures).pValue;
}

function worse(a: FairnessCriterion, b: FairnessCriterion): FairnessCriterion {
  const rank = { unfair: 2, fair: 1, insufficient: 0 };
  if (rank[a.verdict] !== rank[b.verdict]) {
    // One of two rates that cannot be compared leaves the question open.
    if (a.verdict === 'unfair' || b.verdict === 'unfair') return a.verdict === 'unfair' ? a : b;
    return a.verdict === 'insufficient' ? a : b;
  }
  return (a.difference ?? 0) >= (b.difference ?? 0) ? a : b;
}
