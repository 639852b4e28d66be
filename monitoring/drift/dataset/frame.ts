import type { DriftColumnKind } from '../../../contracts/index.js';

interface FrameColumnBase {
  readonly name: string;
}

export interface FrameNumbers extends FrameColumnBase {
  /** Booleans are 0 and 1, dates ms since the epoch. */
  readonly kind: 'numeric' | 'boolean' | 'date';
  /** One a row; NaN is missing. */
  readonly values: Float64Array;
}

export interface FrameStrings extends FrameColumnBase {
  /** `string` where it is not known which of the two it is: `chooseTextTreatment` decides. */
  readonly kind: 'categorical' | 'text' | 'string';
  /** One a row; null is missing. */
  readonly values: readonly (string | null)[];
}

export type FrameColumn = FrameNumbers | FrameStrings;

/** A data set in memory: columns of equal length, by name. */
export type Frame = readonly FrameColumn[];

/** Rows of a frame; 0 where it has no columns. */
export function frameRows(frame: Frame): number {
  return frame[0]?.values.length ?? 0;
}

/**
 * @param side - named in the error
 * @throws RangeError when columns have different lengths or one name, or numbers are no Float64Array
 */
export function checkFrame(frame: Frame, side: string): void {
  const rows = frameRows(frame);
  const names = new Set<string>();
  for (const column of frame) {
    const { name, values } = column;
    if (names.has(name)) throw new RangeError(`the ${side} has two columns called '${name}'`);
    names.add(name);
    checkValues(column, side);
    if (values.length !== rows) {
      throw new RangeError(
        `column '${name}' of the ${side} has ${values.length} rows, '${frame[0]?.name}' has ${rows}`,
      );
    }
  }
}

/** The types say as much; without them a plain array of numbers is what comes to hand first. */
function checkValues({ name, kind, values }: FrameColumn, side: string): void {
  const column = `column '${name}' of the ${side}`;
  if (kind === 'categorical' || kind === 'text' || kind === 'string') {
    if (!Array.isArray(values)) throw new RangeError(`${column}: ${KIND_NAMES[kind]} are an array`);
  } else if (kind === 'numeric' || kind === 'boolean' || kind === 'date') {
    if (values instanceof Float64Array) return;
    throw new RangeError(`${column}: ${KIND_NAMES[kind]} are a Float64Array, NaN where missing`);
  } else {
    const kinds = 'numeric, boolean, date, categorical, text, string';
    throw new RangeError(`${column}: no kind is called '${String(kind)}'; there are ${kinds}`);
  }
}

/** What a column is called in a sentence. */
export const KIND_NAMES: { readonly [kind in DriftColumnKind | 'string']: string } = {
  numeric: 'numbers',
  categorical: 'categories',
  boolean: 'booleans',
  date: 'dates',
  text: 'text',
  string: 'text',
  vector: 'vectors',
};
