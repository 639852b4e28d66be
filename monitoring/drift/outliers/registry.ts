import type { OutlierReport } from '../../../contracts/drift-report.js';
import type { MultivariateData, MultivariateDataKind } from '../multivariate/method-data.js';
import { nearestName } from '../univariate/nearest-name.js';
import { judgeByBounds } from './judge-by-bounds.js';
import { judgeByDistance } from './judge-by-distance.js';
import { checkOutlierOptions, type OutlierOptions } from './outlier-options.js';

interface DescribedMethod {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly takes: readonly MultivariateDataKind[];
}

/** A way of finding outliers: what the registry knows about it. */
export type OutlierMethod =
  | (DescribedMethod & { readonly runsIn: 'python' })
  | (DescribedMethod & {
      readonly runsIn: 'typescript';
      /** @throws RangeError on data that it does not take, or an option out of range */
      readonly judge: (
        reference: MultivariateData,
        current: MultivariateData,
        options?: OutlierOptions,
      ) => OutlierReport;
    });

export const OUTLIER_METHODS: readonly OutlierMethod[] = [
  byDistance('mahalanobis', 'distance from the mean, by the covariance', false),
  byDistance('robust-mahalanobis', 'the same by the tightest half of the reference', true),
  {
    name: 'column-bounds',
    summary: "numbers outside of their column's bounds",
    takes: ['frame'],
    runsIn: 'typescript',
    judge(reference, current, options = {}) {
      checkOutlierOptions(options);
      return judgeByBounds(reference, current, options);
    },
  },
  {
    name: 'isolation-forest',
    summary: 'how few random cuts set a row apart',
    takes: ['frame', 'vectors'],
    runsIn: 'python',
  },
];

function byDistance(name: string, summary: string, robust: boolean): OutlierMethod {
  return {
    name,
    summary,
    takes: ['frame', 'vectors'],
    runsIn: 'typescript',
    judge(reference, current, options = {}) {
      checkOutlierOptions(options);
      return judgeByDistance(reference, current, options, robust);
    },
  };
}

/**
 * The outlier method of this name.
 *
 * @throws RangeError when there is none; the message lists those that there are
 * @example findOutlierMethod('mahalanobis').runsIn; // 'typescript'
 */
export function findOutlierMethod(name: string): OutlierMethod {
  const method = OUTLIER_METHODS.find((candidate) => candidate.name === name);
  if (method !== undefined) return method;
  const names = OUTLIER_METHODS.map((candidate) => candidate.name);
  const nearest = nearestName(name, names);
  const hint = nearest === null ? '' : ` (did you mean '${nearest}'?)`;
  throw new RangeError(
    `no outlier method is called '${name}'${hint}; there are ${names.join(', ')}`,
  );
}
