import type { ColumnDrift, DriftReport, MultivariateDrift } from '../../contracts/index.js';
import { byEvidence } from '../../monitoring/report/drift-page/evidence.js';
import { headline, method } from '../../monitoring/report/drift-page/headline.js';
import { VERDICTS } from '../../monitoring/report/drift-page/names.js';
import { shownShifts } from '../../monitoring/report/drift-page/shift.js';
import { withoutControls } from '../render/control-characters.js';
import type { Style } from '../render/style.js';
import { type Cell, type Column, renderTable, wrap } from '../render/table.js';
import { formatNumber, formatShare } from '../render/values.js';

const COLUMNS: readonly Column[] = [
  { title: 'column', shrinkTo: 10 },
  { title: 'verdict' },
  { title: 'test', dropOrder: 3 },
  { title: 'effect', align: 'right' },
  { title: 'least', align: 'right', dropOrder: 2 },
  { title: 'p adjusted', align: 'right' },
  { title: 'from → to', shrinkTo: 16, dropOrder: 1 },
];

/** Lines of the table; columns without drift past them are told by their number. */
const SHOWN = 25;
/** Prose is not wider than this, however wide the terminal. */
const PROSE = 100;

/**
 * A comparison in words: the verdict, the columns by evidence, what there is to say of some of them.
 *
 * @param width - characters a line may have
 */
export function driftWords(report: DriftReport, width: number, style: Style): readonly string[] {
  const sorted = byEvidence(report.columns);
  const drifted = sorted.filter(({ verdict }) => verdict === 'drift').length;
  const shown = sorted.slice(0, Math.max(SHOWN, drifted));
  const hidden = sorted.length - shown.length;
  const prose = (text: string) => wrap(withoutControls(text), Math.min(width, PROSE));
  const rows = shown.map((column) => cellsOf(column, style));
  return [
    paintVerdict(report, style),
    ...prose(`${side(report.reference)} → ${side(report.current)}`).map(style.dim),
    '',
    ...(rows.length === 0 ? [] : renderTable(COLUMNS, rows, width, style)),
    ...(hidden === 0 ? [] : [style.dim(`… and ${hidden} more, which --json lists`)]),
    ...(rows.length === 0 ? [] : ['']),
    ...multivariateLines(report.multivariate, width, style),
    ...outlierLines(report, prose),
    ...shown.flatMap(({ name, note }) => (note === null ? [] : prose(`${name}: ${note}`))),
    ...report.notes.flatMap((note) => prose(`note: ${note}`)),
    ...prose(method(report)).map(style.dim),
  ];
}

function paintVerdict(report: DriftReport, style: Style): string {
  const { verdict } = report.dataset;
  const together = report.multivariate.filter((result) => result.verdict === 'drift');
  const paint = { drift: style.red, 'no-drift': style.green, insufficient: style.yellow };
  const words = style.bold(paint[verdict](`${VERDICTS[verdict].mark} ${headline(report)}`));
  if (together.length === 0) return words;
  const by = together.map((result) => result.method).join(', ');
  return `${words}; ${style.bold(style.red(`${VERDICTS.drift.mark} all together, by ${by}`))}`;
}

/** Whether the columns drifted, one by one or together. */
export function isDrift({ dataset, multivariate }: DriftReport): boolean {
  return dataset.verdict === 'drift' || multivariate.some(({ verdict }) => verdict === 'drift');
}

function side({ source, rows, isProfile }: DriftReport['reference']): string {
  const of = source === '-' ? 'stdin' : source;
  return `${of} (${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}${isProfile ? ', a profile' : ''})`;
}

function cellsOf(column: ColumnDrift, style: Style): readonly Cell[] {
  const { effect, adjustedPValue, verdict } = column;
  const paint = { drift: style.red, 'no-drift': style.green, insufficient: style.yellow }[verdict];
  const [shift] = shownShifts(column);
  return [
    column.name,
    { text: VERDICTS[verdict].text, paint },
    { text: column.test, paint: style.dim },
    effect.value === null ? '' : formatNumber(effect.value),
    effect.value === null ? '' : { text: formatNumber(effect.threshold), paint: style.dim },
    adjustedPValue === null ? '' : probability(adjustedPValue),
    shift === undefined ? '' : `${shortOf(shift.of)} ${shift.before} → ${shift.after}`,
  ];
}

/** `Share of “red”` is “red” in a table; `Mean` is mean. */
function shortOf(name: string): string {
  return name.startsWith('Share of ') ? name.slice('Share of '.length) : name.toLowerCase();
}

function probability(p: number): string {
  if (p === 0) return '< 1e-300';
  return p < 0.001 ? p.toExponential(1) : p.toFixed(3);
}

function multivariateLines(
  results: readonly MultivariateDrift[],
  width: number,
  style: Style,
): readonly string[] {
  if (results.length === 0) return [];
  const paint = { drift: style.red, 'no-drift': style.green, insufficient: style.yellow };
  const rows = results.map(
    ({ method: name, verdict, statistic, pValue, note }): readonly Cell[] => [
      name,
      { text: VERDICTS[verdict].text, paint: paint[verdict] },
      statistic === null ? '' : formatNumber(statistic),
      pValue === null ? '' : probability(pValue),
      note ?? '',
    ],
  );
  const columns: readonly Column[] = [
    { title: 'all together' },
    { title: 'verdict' },
    { title: 'statistic', align: 'right' },
    { title: 'p', align: 'right' },
    { title: 'note', shrinkTo: 20, dropOrder: 1 },
  ];
  return [...renderTable(columns, rows, width, style), ''];
}

function outlierLines(
  { outliers = [] }: DriftReport,
  prose: (text: string) => readonly string[],
): readonly string[] {
  return outliers.flatMap((found) => {
    const rate = (of: 'reference' | 'current') => {
      const { rate: share } = found[of];
      return share === null ? 'unknown' : formatShare(share);
    };
    const note = found.note === null ? '' : `; ${found.note}`;
    return prose(
      `outliers by ${found.method}: ${rate('reference')} of the reference, ${rate('current')} of the current rows${note}`,
    );
  });
}
