import type { ColumnDrift, ColumnPicture } from '../../../contracts/index.js';
import { type Markup, markup } from '../page/markup.js';
import { percentOf } from './axis.js';
import { legend } from './legend.js';
import { formatDifference, formatShare } from './numbers.js';

type Categories = Extract<ColumnPicture, { readonly of: 'categories' }>;

/** Rows of bars; what is beyond is added up in one more. */
const MOST_ROWS = 12;

interface Row {
  readonly category: string;
  readonly reference: number;
  readonly current: number;
}

/**
 * Shares of categories: a row each, the current share as a slim bar over the reference's broad one.
 * The numbers stand beside, so the rows read without the picture.
 *
 * @returns `null` where there is no category
 */
export function categoryBars(column: ColumnDrift, picture: Categories): Markup | null {
  const rows = rowsOf(picture);
  const largest = Math.max(...rows.flatMap(({ reference, current }) => [reference, current]));
  if (rows.length === 0 || !(largest > 0)) return null;
  const bars = rows.map(({ category, reference, current }) => {
    const points = formatDifference(Number(((current - reference) * 100).toFixed(1)));
    return markup`<li><span class="category"><bdi>${category === '' ? '(empty)' : category}</bdi></span><span class="shares">${formatShare(reference)} → ${formatShare(current)} <span class="points">${points}</span></span><svg class="bar" height="14" aria-hidden="true"><rect class="reference" width="${percentOf(reference / largest)}" height="14" rx="2"/><rect class="current-bar" y="4.5" width="${percentOf(current / largest)}" height="5"/></svg></li>`;
  });
  return markup`<figure role="group" aria-label="${labelOf(column, rows)}">${legend('bar')}<ul class="bars">${bars}</ul><figcaption>Reference → current share, and the difference in percentage points.</figcaption></figure>`;
}

function rowsOf({ categories, reference, current }: Categories): readonly Row[] {
  const rows = categories.map((category, i) => ({
    category,
    reference: reference[i] ?? 0,
    current: current[i] ?? 0,
  }));
  if (rows.length <= MOST_ROWS + 1) return rows;
  const rest = rows.slice(MOST_ROWS);
  const sum = (side: 'reference' | 'current') => rest.reduce((total, row) => total + row[side], 0);
  return [
    ...rows.slice(0, MOST_ROWS),
    { category: `${rest.length} others`, reference: sum('reference'), current: sum('current') },
  ];
}

function labelOf(column: ColumnDrift, rows: readonly Row[]): string {
  const moved = rows.reduce((best, row) =>
    Math.abs(row.current - row.reference) > Math.abs(best.current - best.reference) ? row : best,
  );
  return `Shares of ${rows.length} categories of ${column.name}. Moved most: ${moved.category} (${formatShare(moved.reference)} to ${formatShare(moved.current)}).`;
}
