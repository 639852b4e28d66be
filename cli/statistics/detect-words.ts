import { DETECTORS } from '../../monitoring/drift/streaming/index.js';
import type { Style } from '../render/style.js';
import type { DetectColumn } from './detect-column.js';
import type { DetectDocument } from './detect-document.js';

/** The result for a person: a summary, then a line a drift; warnings as runs of rows. */
export function detectWords(
  document: DetectDocument,
  column: string,
  { timeOf }: DetectColumn,
  style: Style,
): string {
  const { detector, n, missing, before, warnings, drifts, changes } = document;
  const found =
    drifts.length === 0 ? style.green('no drift') : style.red(counted(drifts.length, 'drift'));
  const notes = [
    ...(missing === 0 ? [] : [`${counted(missing, 'missing value')} passed over`]),
    ...(before === 0 ? [] : [`after ${counted(before, 'value')} of earlier files`]),
  ];
  const noted = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
  const at = (row: number): string => {
    const time = timeOf(row);
    return time === null ? `row ${row}` : `row ${row} (${time})`;
  };
  return [
    `${found} in ${counted(n, 'value')} of ${column}, by ${detector}${noted}`,
    ...drifts.map((row, i) => `  drift at ${at(row)}, changed from about ${at(changes[i] ?? row)}`),
    ...(warnings.length === 0
      ? []
      : [`  ${counted(warnings.length, 'warning')} in ${rowRuns(warnings)}`]),
  ].join('\n');
}

const SHOWN_RUNS = 8;

/** @example rowRuns([3, 4, 5, 9]); // 'rows 3–5, 9' */
function rowRuns(rows: readonly number[]): string {
  const runs: string[] = [];
  let first = rows[0] ?? 0;
  for (const [i, row] of rows.entries()) {
    if (rows[i + 1] === row + 1) continue;
    runs.push(first === row ? String(row) : `${first}–${row}`);
    first = rows[i + 1] ?? row;
  }
  const more = runs.length - SHOWN_RUNS;
  return `rows ${runs.slice(0, SHOWN_RUNS).join(', ')}${more > 0 ? ` and ${more} more runs` : ''}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** For `--help`: every detector with its options, ranges and defaults. */
export function detectorHelp(): string {
  const lines = DETECTORS.flatMap(({ name, aliases, summary, options }) => [
    `  ${[name, ...aliases].join(', ')}: ${summary}`,
    ...Object.entries(options).map(
      ([option, { default: standard, range, meaning }]) =>
        `      ${`${option}=${standard ?? 'estimated'}`.padEnd(28)}${meaning} (${range})`,
    ),
  ]);
  return ['', 'Detectors and their options with defaults:', ...lines].join('\n');
}
