import type { MultivariateDrift, MultivariateSpec } from '../../../contracts/index.js';
import { compareMultivariate, type PythonAccess } from '../../datasets/compare-multivariate.js';
import {
  type FrameData,
  findMultivariateMethod,
  type MultivariateOptions,
  mixedTypeTabular,
  testFeatures,
} from '../../drift/index.js';

/** Rows of each side that a monitor compares, unless its options say otherwise. */
export const COMPARED_ROWS = 500;

/** How a monitor asks a method, the same for its windows and for those of the reference. */
export interface Comparison {
  readonly method: string;
  readonly options: MultivariateOptions & { readonly maxRows: number };
  /** Column that the method learns to predict on the reference; `null` where it needs none. */
  readonly target: string | null;
  readonly access: PythonAccess;
}

export function comparisonOf(
  { method, options }: MultivariateSpec,
  target: string,
  access: PythonAccess,
): Comparison {
  const found = findMultivariateMethod(method);
  return {
    method,
    options: { maxRows: COMPARED_ROWS, ...numbersOf(options) },
    target: found.runsIn === 'python' && found.needsTarget ? target : null,
    access,
  };
}

/** What the method finds, its statistic as a distance: larger is further from the reference. */
export async function compareRows(
  reference: FrameData,
  current: FrameData,
  { method, options, target, access }: Comparison,
): Promise<MultivariateDrift> {
  const found = await compareMultivariate(method, reference, current, {
    ...options,
    ...access,
    ...(target !== null && { target }),
  });
  if (found.statistic === null) return found;
  // Of weeks that follow one another every column is significant: how far the furthest lies is not.
  if (method === mixedTypeTabular.name) {
    const effects = testFeatures(reference, current, options).map(({ effect }) => effect ?? 0);
    return { ...found, statistic: Math.max(0, ...effects) };
  }
  const { referenceError } = found.details;
  if (referenceError === undefined) return found;
  // Rows that are reconstructed better than the reference's own are as strange as those worse.
  return { ...found, statistic: Math.abs(found.statistic - referenceError) };
}

function numbersOf(options: MultivariateSpec['options']): MultivariateOptions {
  const numbers = Object.entries(options).filter(([, value]) => typeof value === 'number');
  return Object.fromEntries(numbers) as MultivariateOptions;
}
