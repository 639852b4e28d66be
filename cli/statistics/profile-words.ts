import { formatEventDate } from '../../contracts/index.js';
import type {
  ColumnDescription,
  ProfileDescription,
} from '../../monitoring/drift/profiles/index.js';
import type { Style } from '../render/style.js';
import { type Cell, type Column, renderTable, truncate } from '../render/table.js';
import { formatNumber, formatShare } from '../render/values.js';
import { bars } from './bars.js';

const COLUMNS: readonly Column[] = [
  { title: 'column', shrinkTo: 14 },
  { title: 'kind', dropOrder: 4 },
  { title: 'missing', align: 'right', dropOrder: 1 },
  { title: 'distinct', align: 'right', dropOrder: 2 },
  { title: 'min', align: 'right' },
  { title: 'mean', align: 'right', dropOrder: 3 },
  { title: 'max', align: 'right' },
  { title: 'values', shrinkTo: 16 },
];

const DRAWN_BARS = 14;
const LONGEST_VALUE = 24;

/**
 * A profile as a table, a column a line, each with a small histogram: bars of numbers from the
 * least to the largest, of categories from the most frequent on.
 *
 * @param width - characters a line may have
 */
export function profileWords(
  profile: ProfileDescription,
  width: number,
  style: Style,
): readonly string[] {
  const rows = profile.columns.map((column) => cellsOf(column, profile.rows, style));
  const infinite = profile.columns.filter(
    ({ infinite: { negative, positive } }) => negative + positive > 0,
  );
  const isEstimated = profile.columns.some(({ distinctExact }) => !distinctExact);
  return [
    `${style.bold(`${profile.rows.toLocaleString('en')} ${profile.rows === 1 ? 'row' : 'rows'}`)}, ${profile.columns.length} ${profile.columns.length === 1 ? 'column' : 'columns'}`,
    '',
    ...renderTable(COLUMNS, rows, width, style),
    ...(isEstimated ? ['', style.dim('≈ estimated, standard error 1.6 %')] : []),
    ...infinite.map(({ name, infinite: { negative, positive } }) =>
      style.yellow(`${oneLine(name)} has infinite values: ${negative} × −∞, ${positive} × +∞`),
    ),
  ];
}

function cellsOf(column: ColumnDescription, rows: number, style: Style): readonly Cell[] {
  const share = rows === 0 ? 0 : column.missing / rows;
  return [
    oneLine(column.name),
    { text: column.kind, paint: style.dim },
    column.missing === 0
      ? { text: '0', paint: style.dim }
      : { text: shareOf(share), paint: style.yellow },
    `${column.distinctExact ? '' : '≈'}${column.distinct}`,
    valueText(column, column.min),
    // The mean of times would take the room that their ends need.
    column.kind === 'timestamp' ? '' : valueText(column, column.mean),
    valueText(column, column.max),
    { text: pictureOf(column, rows - column.missing), paint: style.cyan },
  ];
}

/** A share that is there never reads as 0 %, nor one that is not whole as 100 %. */
function shareOf(share: number): string {
  if (share > 0 && share < 0.0005) return '< 0.1 %';
  return share < 1 && share > 0.9995 ? '> 99.9 %' : formatShare(share);
}

function valueText(column: ColumnDescription, value: number | null): string {
  if (value === null) return '';
  return column.kind === 'timestamp' ? dayOf(value) : formatNumber(value);
}

function dayOf(ms: number): string {
  const isDate = Math.abs(ms) <= 8.64e15;
  return isDate ? (formatEventDate(ms).split('T')[0] ?? '') : formatNumber(ms);
}

function pictureOf(column: ColumnDescription, rows: number): string {
  if (rows === 0) return 'no value';
  if (column.histogram !== null) return bars(column.histogram.counts, DRAWN_BARS);
  const [first] = column.topValues;
  if (first === undefined || first.rows === 1) return 'no value repeats';
  const drawn = bars(column.topValues.map((value) => value.rows));
  return `${drawn} ${shareOf(first.rows / rows)} ${truncate(oneLine(String(first.value)), LONGEST_VALUE)}`;
}

/** Text as it may stand in a terminal: no control character. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
