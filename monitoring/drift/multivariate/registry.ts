import { nearestName } from '../univariate/nearest-name.js';
import { DETECTOR_COVERAGE } from './coverage.js';
import { leastSquaresDensityDifference } from './least-squares-density-difference.js';
import { matrixMethod } from './matrix-method.js';
import { maximumMeanDiscrepancy } from './maximum-mean-discrepancy.js';
import type { MultivariateMethod, PythonMethod } from './method.js';
import { mixedTypeTabular } from './mixed-type-tabular.js';
import { comparePredictions, predictionEntropy, predictionSpread } from './model-uncertainty.js';
import { DEFAULT_MAX_ROWS } from './options.js';
import { pcaReconstruction, RECONSTRUCTED_ROWS } from './pca-reconstruction.js';

/** All multivariate methods, those in Python too. */
export const MULTIVARIATE_METHODS: readonly MultivariateMethod[] = [
  matrixMethod(
    'mmd',
    'maximum mean discrepancy, RBF kernel',
    DEFAULT_MAX_ROWS,
    maximumMeanDiscrepancy,
  ),
  matrixMethod(
    'lsdd',
    'least-squares density difference',
    DEFAULT_MAX_ROWS,
    leastSquaresDensityDifference,
  ),
  matrixMethod(
    'pca-reconstruction',
    'error of the principal components',
    RECONSTRUCTED_ROWS,
    pcaReconstruction,
  ),
  mixedTypeTabular,
  pythonMethod('learned-kernel-mmd', 'maximum mean discrepancy, kernel learned for power'),
  pythonMethod('domain-classifier', 'how well a forest tells the two sides apart'),
  pythonMethod('spot-the-diff', 'one learned point that tells the two sides apart'),
  {
    ...pythonMethod('classifier-uncertainty', "entropy of a classifier's probabilities"),
    needsTarget: true,
    compareVectors: comparePredictions('classifier-uncertainty', predictionEntropy),
  },
  {
    ...pythonMethod('regressor-uncertainty', "disagreement of an ensemble's predictions"),
    needsTarget: true,
    compareVectors: comparePredictions('regressor-uncertainty', predictionSpread),
  },
];

function pythonMethod(name: string, summary: string): PythonMethod {
  return { name, summary, takes: ['frame', 'vectors'], runsIn: 'python', needsTarget: false };
}

/**
 * The method of this name.
 *
 * @throws RangeError when there is none; the message lists those that there are
 * @example findMultivariateMethod('mmd').runsIn; // 'typescript'
 */
export function findMultivariateMethod(name: string): MultivariateMethod {
  const method = MULTIVARIATE_METHODS.find((candidate) => candidate.name === name);
  if (method !== undefined) return method;
  const reason = whyNotMultivariate(name);
  if (reason !== null) throw new RangeError(reason);
  const names = MULTIVARIATE_METHODS.map((candidate) => candidate.name);
  const nearest = nearestName(name, names);
  const hint = nearest === null ? '' : ` (did you mean '${nearest}'?)`;
  throw new RangeError(
    `no multivariate method is called '${name}'${hint}; there are ${names.join(', ')}`,
  );
}

/**
 * Why a detector that is well known is not one of these methods: it tests single columns, or is
 * refused altogether. `null` for these methods, and for names that nobody knows.
 *
 * @example whyNotMultivariate('chi-squared'); // 'chi-squared tests one column at a time; …'
 */
export function whyNotMultivariate(name: string): string | null {
  const known = DETECTOR_COVERAGE.find((row) => row.name === name);
  if (known === undefined || MULTIVARIATE_METHODS.some((method) => method.name === name)) {
    return null;
  }
  const { tabular } = known.uses;
  return 'refused' in tabular
    ? `${name}: ${tabular.refused}`
    : `${name} tests one column at a time; mixed-type-tabular does so for all columns at once`;
}
