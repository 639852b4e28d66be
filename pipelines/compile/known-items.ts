import {
  expandMatrix,
  type JsonObject,
  type JsonValue,
  MAX_MATRIX_ITEMS,
  type MatrixValues,
  matrixSize,
  matrixValues,
} from '../../contracts/index.js';
import { isRawObject, type RawObject } from './context.js';

/** Values that the items of matrices which are written out may hold together. */
export const MAX_WRITTEN_VALUES = 200_000;

/**
 * The items of a fanned-out step whose list, or whose whole matrix, is written out.
 *
 * @returns `null` where a run decides, and where there are more than may be
 */
export function knownItems({ matrix, forEach }: RawObject): readonly JsonValue[] | null {
  if (!isRawObject(matrix)) return isList(forEach) && isWrittenOut(forEach) ? forEach : null;
  const values = writtenMatrix(matrix);
  if (values === null || matrixSize(values) > MAX_MATRIX_ITEMS) return null;
  if (matrixValues(values) > MAX_WRITTEN_VALUES) return null;
  return expandMatrix(values);
}

/** Items that are looked through for those that expressions name, in all of a file. */
const MOST_LOOKED_THROUGH = 200_000;

/**
 * The known items of each step, worked out once and only where an expression names one. A file that
 * names more than can be looked through is not checked to its end: its run tells.
 */
export class KnownItems {
  readonly #bySteps = new Map<RawObject, readonly JsonValue[] | null>();
  #left = MOST_LOOKED_THROUGH;

  of(step: RawObject): readonly JsonValue[] | null {
    if (this.#left <= 0) return null;
    let items = this.#bySteps.get(step);
    if (items === undefined) {
      items = knownItems(step);
      this.#bySteps.set(step, items);
    }
    this.#left -= items?.length ?? 0;
    return items;
  }
}

/** A matrix without any expression; `null` where it has one. */
export function writtenMatrix(matrix: RawObject): MatrixValues | null {
  if (!isWrittenOut(matrix)) return null;
  const { include, exclude, ...raw } = matrix;
  const axes: Record<string, readonly JsonValue[]> = {};
  for (const [name, values] of Object.entries(raw)) {
    if (!isList(values)) return null;
    axes[name] = values;
  }
  return { axes, include: objectsOf(include), exclude: objectsOf(exclude) };
}

export function isWrittenOut(value: JsonValue): boolean {
  if (typeof value === 'string') return !value.includes('${');
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(isWrittenOut);
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return isList(value) ? value.filter(isRawObject) : [];
}
