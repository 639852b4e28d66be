import { chiSquaredMeasure } from './chi-squared.js';
import { jensenShannonMeasure } from './jensen-shannon.js';
import { kolmogorovSmirnovMeasure } from './kolmogorov-smirnov.js';
import type { Measure } from './measure.js';
import { populationStabilityIndexMeasure } from './population-stability-index.js';
import { totalVariationMeasure } from './total-variation.js';

export const MEASURES: readonly Measure[] = [
  chiSquaredMeasure,
  jensenShannonMeasure,
  kolmogorovSmirnovMeasure,
  populationStabilityIndexMeasure,
  totalVariationMeasure,
];

/**
 * The test or distance of this name.
 *
 * @throws RangeError when there is none; the message lists those that there are
 * @example findMeasure('kolmogorov-smirnov').smallestEffect; // 0.05
 */
export function findMeasure(name: string): Measure {
  const measure = MEASURES.find((candidate) => candidate.name === name);
  if (measure !== undefined) return measure;
  const names = MEASURES.map((candidate) => candidate.name).join(', ');
  throw new RangeError(`no test or distance is called '${name}'; there are ${names}`);
}
