import { countCategories, sortedPresent } from '../samples/column-values.js';
import { chooseMeasure } from './choose-measure.js';
import type { ColumnOptions } from './column-options.js';
import { compareCounts } from './compare-counts.js';
import { compareOrdered } from './compare-ordered.js';
import { compareTexts } from './compare-texts.js';
import {
  type ColumnIdentity,
  type ColumnRows,
  type ComparedColumn,
  unmeasuredColumn,
} from './compared-column.js';
import { type FrameColumn, type FrameNumbers, type FrameStrings, KIND_NAMES } from './frame.js';
import { chooseTextTreatment, type TextTreatment, textFacts } from './text-treatment.js';

/**
 * Compares one column of two data sets.
 *
 * A side without any value takes the other's kind (an empty column of a file has none of its own);
 * booleans against numbers are compared as numbers; else unlike kinds are `insufficient`.
 *
 * @param reference - what is normal; decides how a column of strings is treated
 */
export function compareColumns(
  reference: FrameColumn,
  current: FrameColumn,
  options: ColumnOptions = {},
): ComparedColumn {
  const [a, b] = [presentOf(reference), presentOf(current)];
  const rows: ColumnRows = {
    referenceRows: a,
    currentRows: b,
    referenceMissing: reference.values.length - a,
    currentMissing: current.values.length - b,
  };
  const name = reference.name;
  if (isStrings(reference) && isStrings(current)) {
    return compareStrings(name, rows, reference, current, options);
  }
  if (!isStrings(reference) && !isStrings(current)) {
    return compareNumbers(name, rows, reference, current, options);
  }
  if (a === 0 || b === 0) {
    const known = a === 0 ? current : reference;
    const kind = known.kind === 'string' ? 'categorical' : known.kind;
    return nothingOnASide({ ...rows, name, kind });
  }
  return unlikeKinds(name, rows, reference, current);
}

function compareStrings(
  name: string,
  rows: ColumnRows,
  reference: FrameStrings,
  current: FrameStrings,
  options: ColumnOptions,
): ComparedColumn {
  const treatment = treatmentOf(rows.referenceRows === 0 ? current : reference);
  if (treatment === 'text') {
    const column = { ...rows, name, kind: 'text' } as const;
    return compareTexts(column, reference.values, current.values, options);
  }
  const column = { ...rows, name, kind: 'categorical' } as const;
  if (treatment === 'identifier') return identifierColumn(column);
  const counts = [countCategories(reference.values), countCategories(current.values)] as const;
  return compareCounts(column, ...counts, options);
}

function treatmentOf({ kind, values }: FrameStrings): TextTreatment {
  return kind === 'string' ? chooseTextTreatment(textFacts(values)) : kind;
}

/** A column of identifiers is left out. */
export function identifierColumn(
  column: ColumnIdentity & { readonly kind: 'categorical' },
): ComparedColumn {
  const note = 'nearly every value is different, as of an identifier: not compared';
  return unmeasuredColumn(column, 'chi-squared', note);
}

function compareNumbers(
  name: string,
  rows: ColumnRows,
  reference: FrameNumbers,
  current: FrameNumbers,
  options: ColumnOptions,
): ComparedColumn {
  const kind = commonKind(reference, current, rows);
  if (kind === null) return unlikeKinds(name, rows, reference, current);
  if (kind === 'boolean') {
    const counts = [countBooleans(reference.values), countBooleans(current.values)] as const;
    return compareCounts({ ...rows, name, kind }, ...counts, options);
  }
  const sorted = [sortedPresent(reference.values), sortedPresent(current.values)] as const;
  return compareOrdered({ ...rows, name, kind }, ...sorted, options);
}

function commonKind(
  reference: FrameNumbers,
  current: FrameNumbers,
  { referenceRows, currentRows }: ColumnRows,
): FrameNumbers['kind'] | null {
  if (reference.kind === current.kind || currentRows === 0) return reference.kind;
  if (referenceRows === 0) return current.kind;
  return reference.kind === 'date' || current.kind === 'date' ? null : 'numeric';
}

function nothingOnASide(column: ColumnIdentity): ComparedColumn {
  const side = column.referenceRows === 0 ? 'reference' : 'current data';
  return unmeasuredColumn(column, defaultTest(column.kind), `no value in the ${side}`);
}

function unlikeKinds(
  name: string,
  rows: ColumnRows,
  reference: FrameColumn,
  current: FrameColumn,
): ComparedColumn {
  const kind = reference.kind === 'string' ? 'categorical' : reference.kind;
  const note = `${KIND_NAMES[reference.kind]} in the reference, ${KIND_NAMES[current.kind]} in the current data: not compared`;
  return unmeasuredColumn({ ...rows, name, kind }, defaultTest(kind), note);
}

function defaultTest(kind: ColumnIdentity['kind']): string {
  if (kind === 'vector') return 'kolmogorov-smirnov';
  return chooseMeasure({ kind, referenceRows: 0, currentRows: 0, distinct: 100 });
}

function isStrings(column: FrameColumn): column is FrameStrings {
  return column.kind === 'categorical' || column.kind === 'text' || column.kind === 'string';
}

function presentOf(column: FrameColumn): number {
  let present = 0;
  if (isStrings(column)) {
    for (const value of column.values) present += value === null ? 0 : 1;
  } else {
    for (const value of column.values) present += Number.isNaN(value) ? 0 : 1;
  }
  return present;
}

function countBooleans(values: Float64Array): Map<string, number> {
  let [no, yes] = [0, 0];
  for (const value of values) {
    if (value === 0) no += 1;
    else if (!Number.isNaN(value)) yes += 1;
  }
  const counts = new Map<string, number>();
  if (no > 0) counts.set('false', no);
  if (yes > 0) counts.set('true', yes);
  return counts;
}
