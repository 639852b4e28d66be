import type { Output } from '../output.js';
import { statusCell } from '../render/status.js';
import { type Cell, type Column, renderTable, wrap } from '../render/table.js';
import type { TrialDocument } from './run-trial.js';

const COLUMNS: readonly Column[] = [
  { title: 'step', shrinkTo: 12 },
  { title: 'state' },
  { title: 'second run', shrinkTo: 16 },
];

/** What a trial found, for people. */
export function trialWords(trial: TrialDocument, out: Output): readonly string[] {
  const { style, columns } = out;
  const rows = trial.steps.map(({ id, status, differing }): readonly Cell[] => [
    id,
    statusCell(status, style),
    differing.length === 0
      ? { text: 'the same', paint: style.dim }
      : { text: `another ${differing.join(', ')}`, paint: style.red },
  ]);
  return [
    ...renderTable(COLUMNS, rows, columns, style),
    '',
    ...trial.sampled.flatMap(({ step, rows: count, oneIn }) =>
      wrap(`${step} read about ${Math.round(count / oneIn)} of ${count} rows`, columns),
    ),
    ...verdict(trial, out),
  ];
}

function verdict(
  { name, ok, status, detail, steps }: TrialDocument,
  out: Output,
): readonly string[] {
  const { style, columns } = out;
  if (ok) return [style.green(`✓ ${name}: two runs, each step handed on the same`)];
  if (status !== 'completed') {
    return wrap(`✗ ${name} ${status}${detail === null ? '' : `: ${detail}`}`, columns).map(
      style.red,
    );
  }
  const count = steps.filter(({ differing }) => differing.length > 0).length;
  return wrap(
    `✗ ${name}: ${count === 1 ? '1 step' : `${count} steps`} handed on something else the second time: what it rests on is not all in its inputs (a seed, the time, the order of rows)`,
    columns,
  ).map(style.red);
}
