import type { MultivariateDrift, OutlierReport } from '../../contracts/index.js';
import { MillraceError } from '../../contracts/index.js';
import type { OpenTable } from '../../storage/tabular/index.js';
import type { MultivariateData } from '../drift/index.js';
import type { PlannedColumn } from './column-plan.js';
import { compareMultivariate, type PythonAccess } from './compare-multivariate.js';
import type { ReferenceSide } from './compare-settings.js';
import { detectOutliers } from './detect-outliers.js';
import { readBothVectors, readFrame } from './whole-data.js';

/** What is asked of all columns together. */
export interface WholeRequest {
  /** Names of multivariate methods. */
  readonly multivariate?: readonly string[];
  /** A column of vectors that those methods compare, in place of all other columns. */
  readonly embedding?: string;
  /** What `classifier-uncertainty` and `regressor-uncertainty` learn to predict. */
  readonly target?: string;
  /** Name of an outlier method. */
  readonly outliers?: string;
  readonly python?: NonNullable<PythonAccess['python']>;
}

export interface WholeCompared {
  readonly multivariate: readonly MultivariateDrift[];
  readonly outliers?: readonly OutlierReport[];
}

interface WholeSides {
  /** Paths. */
  readonly reference: string;
  readonly current: string;
  readonly side: ReferenceSide;
  readonly table: OpenTable;
  readonly planned: readonly PlannedColumn[];
}

/** Rows a side of which the methods draw theirs: what they use at most by default, and some to draw from. */
const FRAME_ROWS = 50_000;
/** What vectors are compared by where no method was named. */
const VECTOR_METHODS = ['mmd', 'lsdd'];

/**
 * Compares all columns together, or the vectors of one, and looks for outliers, as far as either was
 * asked for.
 *
 * @throws MillraceError `InvalidInput` where a profile stands for the data, or a method cannot take it
 */
export async function compareWhole(
  sides: WholeSides,
  request: WholeRequest,
  options: { readonly alpha: number | undefined; readonly seed: number; signal?: AbortSignal },
): Promise<WholeCompared> {
  const { embedding, outliers } = request;
  const methods = request.multivariate ?? (embedding === undefined ? [] : VECTOR_METHODS);
  if (methods.length === 0 && outliers === undefined) return { multivariate: [] };
  const { side, table, planned } = sides;
  if (side.of === 'profile') {
    throw new MillraceError(
      'InvalidInput',
      'a profile knows its columns one by one: it cannot be compared as a whole',
      'name the data itself as the reference',
    );
  }
  const { alpha, seed, signal } = options;
  const shared = {
    seed,
    ...(signal && { signal }),
    ...(request.python && { python: request.python }),
  };
  const multivariate: MultivariateDrift[] = [];
  if (methods.length > 0) {
    const [before, now]: readonly MultivariateData[] =
      embedding === undefined
        ? [
            await readFrame(side.table, planned, FRAME_ROWS),
            await readFrame(table, planned, FRAME_ROWS),
          ]
        : await readBothVectors(sides.reference, sides.current, embedding, signal);
    for (const method of methods) {
      if (before === undefined || now === undefined) break;
      multivariate.push(
        await compareMultivariate(method, before, now, {
          ...shared,
          ...(alpha !== undefined && { alpha }),
          ...(request.target !== undefined && { target: request.target }),
        }),
      );
    }
  }
  if (outliers === undefined) return { multivariate };
  // Outliers are told by their rows: all of them are read.
  const [before, now] = [await readFrame(side.table, planned), await readFrame(table, planned)];
  return { multivariate, outliers: [await detectOutliers(outliers, before, now, shared)] };
}
