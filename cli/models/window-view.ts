import type { VerdictKind, WindowMeasurement } from '../../contracts/index.js';
import { measurementHeading, measurementLines } from '../../monitoring/report/index.js';
import type { Style } from '../render/style.js';
import { type Cell, type Column, renderTable, wrap } from '../render/table.js';
import { formatMoment, formatNumber, formatShare } from '../render/values.js';
import { seriesInterval, seriesValue, type WindowDocument } from './windows.js';

const COLUMNS: readonly Column[] = [
  { title: 'window ends' },
  { title: 'version', align: 'right', dropOrder: 2 },
  { title: 'rows', align: 'right', dropOrder: 3 },
  { title: 'drifted', align: 'right' },
  { title: 'performance', align: 'right', dropOrder: 1 },
  { title: 'loss', align: 'right' },
  { title: 'verdict', shrinkTo: 12 },
  { title: 'signal', dropOrder: 4 },
];

const COLOUR: Readonly<Record<VerdictKind, keyof Style>> = {
  ok: 'green',
  insufficient: 'dim',
  'no-data': 'red',
  'data-quality-break': 'red',
  'regression-after-deploy': 'red',
  'prediction-drift': 'red',
  'service-degraded': 'red',
  'feature-skew': 'red',
  'label-drift': 'yellow',
  'concept-drift': 'yellow',
  'fairness-breach': 'yellow',
  'data-drift': 'yellow',
  'estimated-loss': 'yellow',
  outliers: 'yellow',
  condition: 'yellow',
  unknown: 'yellow',
};

/** Windows with what was measured and decided, one line each. */
export function windowTable(
  windows: readonly WindowDocument[],
  width: number,
  style: Style,
): readonly string[] {
  const rows = windows.map((window): readonly Cell[] => [
    formatMoment(window.window.end),
    window.version === 0 ? '' : String(window.version),
    String(window.rows),
    window.driftShare === null ? '' : formatShare(window.driftShare),
    window.value === null ? '' : `${window.metric} ${formatNumber(window.value)}`,
    signedShare(window.relativeLoss),
    verdictCell(window, style),
    window.signalled === null ? '' : { text: `→ ${window.signalled}`, paint: style.bold },
  ]);
  return renderTable(COLUMNS, rows, width, style);
}

/** What was measured in a window, a line for each thing that is watched. */
export function measurementText(
  measurement: WindowMeasurement,
  width: number,
  style: Style,
): readonly string[] {
  const marks = { ok: style.green('✓'), bad: style.red('✗'), unknown: style.yellow('?') };
  const lines = measurementLines(measurement);
  const subjectWidth = Math.max(...lines.map(({ subject }) => subject.length));
  const indent = ' '.repeat(subjectWidth + 4);
  return [
    style.dim(measurementHeading(measurement)),
    ...lines.flatMap(({ subject, verdict, text }) =>
      wrap(text, Math.max(20, width - indent.length)).map((line, index) =>
        index === 0 ? `${marks[verdict]} ${subject.padEnd(subjectWidth)}  ${line}` : indent + line,
      ),
    ),
  ];
}

/** One measured number over the windows, as a bar a window. */
export function seriesLines(
  windows: readonly WindowDocument[],
  name: string,
  width: number,
  style: Style,
): readonly string[] {
  const values = windows.map((window) => seriesValue(window, name));
  const largest = Math.max(0, ...values.map((value) => Math.abs(value ?? 0)));
  const texts = windows.map((window, index) => {
    const value = values[index] ?? null;
    const interval = seriesInterval(window, name);
    const ends =
      interval === null ? '' : ` [${formatNumber(interval.low)}, ${formatNumber(interval.high)}]`;
    return value === null ? 'none' : `${formatNumber(value)}${ends}`;
  });
  const textWidth = Math.max(...texts.map((text) => text.length));
  const ends = windows.map(({ window }) => formatMoment(window.end));
  const endWidth = Math.max(...ends.map((end) => end.length));
  const room = Math.max(4, Math.min(60, width - textWidth - endWidth - 4));
  return windows.map((window, index) => {
    const value = Math.abs(values[index] ?? 0);
    const length = largest > 0 && value > 0 ? Math.max(1, Math.round((value / largest) * room)) : 0;
    const paint = style[COLOUR[window.verdict?.kind ?? 'insufficient']];
    const end = (ends[index] ?? '').padEnd(endWidth);
    return `${end}  ${(texts[index] ?? '').padStart(textWidth)}  ${paint('█'.repeat(length))}`.trimEnd();
  });
}

/** Empty for a version whose part of the window was not the one that was judged. */
function verdictCell({ verdict, judged }: WindowDocument, style: Style): Cell {
  if (verdict !== null) return { text: verdict.kind, paint: style[COLOUR[verdict.kind]] };
  return judged === null ? { text: 'not decided', paint: style.dim } : '';
}

function signedShare(share: number | null): string {
  if (share === null) return '';
  return share > 0 ? `+${formatShare(share)}` : formatShare(share);
}
