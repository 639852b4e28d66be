import type { FeatureHistory, FeatureWindow } from '../../contracts/index.js';
import { sparkline } from '../render/sparkline.js';
import type { Style } from '../render/style.js';
import { type Cell, type Column, renderTable } from '../render/table.js';
import { formatMoment, formatNumber, formatShare } from '../render/values.js';

const COLUMNS: readonly Column[] = [
  { title: 'window ends' },
  { title: 'version', align: 'right', dropOrder: 2 },
  { title: 'rows', align: 'right', dropOrder: 3 },
  { title: 'distribution', shrinkTo: 12 },
  { title: 'distance', align: 'right' },
  { title: 'missing', align: 'right', dropOrder: 1 },
  { title: 'verdict' },
];

/** One feature over time, a line a window: how its values spread over the bins of the reference. */
export function featureLines(
  { name, windows }: FeatureHistory,
  width: number,
  style: Style,
): readonly string[] {
  if (windows.length === 0) return [`no window of ${name} has been measured with histograms yet`];
  const rows = windows.map((window): readonly Cell[] => {
    const { version, rows: count, missing, distance, verdict } = window;
    return [
      formatMoment(window.window.end),
      String(version),
      String(count),
      sparkline(window.counts, Math.max(1, ...window.counts)),
      distance === null ? '' : formatNumber(distance),
      count === 0 ? '' : formatShare(missing / count),
      verdictCell(verdict, style),
    ];
  });
  return renderTable(COLUMNS, rows, width, style);
}

function verdictCell(verdict: FeatureWindow['verdict'], style: Style): Cell {
  if (verdict === null) return { text: 'not watched', paint: style.dim };
  const paint = { drift: style.yellow, 'no-drift': style.green, insufficient: style.dim };
  return { text: verdict, paint: paint[verdict] };
}
