import { andersonDarlingMeasure } from './anderson-darling.js';
import { chiSquaredMeasure } from './chi-squared.js';
import { cramerVonMisesMeasure } from './cramer-von-mises.js';
import { energyDistanceMeasure } from './energy-distance.js';
import { fisherExactMeasure } from './fisher-exact.js';
import { gTestMeasure } from './g-test.js';
import { hellingerMeasure } from './hellinger.js';
import { jensenShannonMeasure } from './jensen-shannon.js';
import { kolmogorovSmirnovMeasure } from './kolmogorov-smirnov.js';
import { kullbackLeiblerMeasure } from './kullback-leibler.js';
import { lInfinityMeasure } from './l-infinity.js';
import { mannWhitneyMeasure } from './mann-whitney.js';
import type { Measure } from './measure.js';
import { nearestName } from './nearest-name.js';
import { populationStabilityIndexMeasure } from './population-stability-index.js';
import { tTestMeasure } from './t-test.js';
import { totalVariationMeasure } from './total-variation.js';
import { normalisedWassersteinMeasure, wassersteinMeasure } from './wasserstein.js';
import { zTestMeasure } from './z-test.js';

/** Every test and distance, by name. */
export const MEASURES: readonly Measure[] = [
  andersonDarlingMeasure,
  chiSquaredMeasure,
  cramerVonMisesMeasure,
  energyDistanceMeasure,
  fisherExactMeasure,
  gTestMeasure,
  hellingerMeasure,
  jensenShannonMeasure,
  kolmogorovSmirnovMeasure,
  kullbackLeiblerMeasure,
  lInfinityMeasure,
  mannWhitneyMeasure,
  normalisedWassersteinMeasure,
  populationStabilityIndexMeasure,
  tTestMeasure,
  totalVariationMeasure,
  wassersteinMeasure,
  zTestMeasure,
];

/** What else a measure is called. */
export const MEASURE_ALIASES: Readonly<Record<string, string>> = {
  ad: 'anderson-darling',
  anderson: 'anderson-darling',
  chi2: 'chi-squared',
  'chi-square': 'chi-squared',
  chisquare: 'chi-squared',
  cvm: 'cramer-von-mises',
  energy: 'energy-distance',
  fisher: 'fisher-exact',
  g: 'g-test',
  js: 'jensen-shannon',
  kl: 'kullback-leibler',
  ks: 'kolmogorov-smirnov',
  linf: 'l-infinity',
  mwu: 'mann-whitney',
  'mann-whitney-u': 'mann-whitney',
  'normed-wasserstein': 'normalised-wasserstein',
  'normalized-wasserstein': 'normalised-wasserstein',
  psi: 'population-stability-index',
  t: 't-test',
  tv: 'total-variation',
  tvd: 'total-variation',
  welch: 't-test',
  emd: 'wasserstein',
  z: 'z-test',
};

/**
 * The test or distance of this name or alias, in any case, with spaces or underscores for hyphens.
 *
 * @example lookUpMeasure('KS')?.name; // 'kolmogorov-smirnov'
 */
export function lookUpMeasure(name: string): Measure | undefined {
  const plain = plainName(name);
  const wanted = Object.hasOwn(MEASURE_ALIASES, plain) ? MEASURE_ALIASES[plain] : plain;
  return MEASURES.find((candidate) => candidate.name === wanted);
}

function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-');
}

/**
 * The test or distance of this name or alias, as {@link lookUpMeasure}.
 *
 * @throws RangeError when there is none; the message names the nearest and lists those that there are
 * @example findMeasure('ks').smallestEffect; // 0.05
 */
export function findMeasure(name: string): Measure {
  const measure = lookUpMeasure(name);
  if (measure !== undefined) return measure;
  const names = MEASURES.map((candidate) => candidate.name);
  const nearest = nearestName(plainName(name), [...names, ...Object.keys(MEASURE_ALIASES)]);
  const hint = nearest === null ? '' : ` (did you mean '${MEASURE_ALIASES[nearest] ?? nearest}'?)`;
  throw new RangeError(
    `no test or distance is called '${name}'${hint}; there are ${names.join(', ')}`,
  );
}
