import type { ColumnMeasurement, RootCause, WindowMeasurement } from '../../../contracts/index.js';
import { shownSince } from './since.js';
import { short } from './words.js';

const COLUMNS_NAMED = 5;

/**
 * Columns that left their range, the furthest from it first, each with the window since which it
 * has been outside.
 *
 * @param columns - of the window's details; empty where they are gone, then only names are known
 */
export function columnCauses(
  measurement: WindowMeasurement,
  columns: readonly ColumnMeasurement[],
  earlier: readonly WindowMeasurement[],
): readonly RootCause[] {
  const drifted = measurement.featureDrift?.driftedColumns ?? [];
  const measured = new Map(columns.map((column) => [column.name, column]));
  return [...drifted]
    .sort((a, b) => excess(measured.get(b)) - excess(measured.get(a)))
    .slice(0, COLUMNS_NAMED)
    .map((name) => ({
      what: 'column',
      name,
      detail: sentence(name, measured.get(name)),
      since: shownSince(measurement, earlier, (before) => hasDrifted(before, name)),
    }));
}

/** How many times its threshold the effect is: comparable between measures. */
function excess(column: ColumnMeasurement | undefined): number {
  const { value = null, threshold = 1 } = column?.effect ?? {};
  return value === null || threshold <= 0 ? 0 : value / threshold;
}

function sentence(name: string, column: ColumnMeasurement | undefined): string {
  if (column === undefined || column.effect.value === null) return `${name} left its range`;
  const { measure, value, threshold } = column.effect;
  const range =
    column.statistic === null || column.threshold === null
      ? ''
      : `; ${column.test} ${short(column.statistic)}, in its range up to ${short(column.threshold)}`;
  return `${name} moved by ${short(value)} (${measure}, limit ${short(threshold)})${range}`;
}

function hasDrifted({ featureDrift }: WindowMeasurement, name: string): boolean | null {
  if (featureDrift === null || featureDrift.verdict === 'insufficient') return null;
  return featureDrift.driftedColumns.includes(name);
}
