import type { ChunkEstimate } from '../../monitoring/drift/estimation/index.js';
import type { Style } from '../render/style.js';
import { type Cell, type Column, renderTable, wrap } from '../render/table.js';
import { formatNumber } from '../render/values.js';
import type { EstimateDocument } from './estimate-document.js';

const COLUMNS: readonly Column[] = [
  { title: 'rows', align: 'right' },
  { title: 'estimate', align: 'right' },
  { title: 'band', align: 'right', dropOrder: 2 },
  { title: 'realised', align: 'right', dropOrder: 1 },
  { title: '' },
  { title: 'not valid for', shrinkTo: 20, dropOrder: 3 },
];

/** An estimate as a person reads it: the normal range, each chunk, and what speaks against it. */
export function estimateWords(
  document: EstimateDocument,
  columns: number,
  style: Style,
): readonly string[] {
  const { metric, method, average, thresholds, chunks, validity } = document;
  const { lower, upper } = thresholds;
  const alerts = chunks.filter(({ alert }) => alert).length;
  const of = average === 'macro' ? ', mean over classes' : positiveOf(document);
  const how = method === 'direct-loss' ? 'direct loss estimation' : 'confidence-based estimation';
  const range =
    lower === null || upper === null
      ? 'not defined on the reference'
      : `normally ${formatNumber(lower)} to ${formatNumber(upper)}`;
  return [
    `${style.bold(metric)}${of}: ${range} ${style.dim(`(${how})`)}`,
    '',
    ...renderTable(
      COLUMNS,
      chunks.map((chunk) => chunkCells(chunk, upper, style)),
      columns,
      style,
    ),
    '',
    alerts === 0
      ? style.green('no alert')
      : style.red(`${alerts} of ${chunks.length} chunks alert`),
    ...validity.assumptions.flatMap((text) => wrap(`assumes: ${text}`, columns)),
    ...validity.reasons.flatMap(({ message }) =>
      wrap(`not valid: ${message}`, columns).map(style.yellow),
    ),
  ];
}

function positiveOf({ average, classes }: EstimateDocument): string {
  return average === 'positive-class' ? ` of ${classes?.[1] ?? 'the positive class'}` : '';
}

function chunkCells(chunk: ChunkEstimate, upper: number | null, style: Style): readonly Cell[] {
  const { start, end, estimate, low, high, realised, alert, reasons } = chunk;
  const side = estimate !== null && upper !== null && estimate > upper ? 'above' : 'below';
  return [
    `${start}–${end - 1}`,
    shown(estimate),
    low === null || high === null ? '' : `${formatNumber(low)} to ${formatNumber(high)}`,
    realised === undefined ? '' : shown(realised),
    alert ? { text: `alert: ${side}`, paint: style.red } : '',
    { text: [...new Set(reasons.map(({ code }) => code))].join(', '), paint: style.yellow },
  ];
}

function shown(value: number | null): string {
  return value === null ? 'not defined' : formatNumber(value);
}
