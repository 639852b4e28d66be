import type { ColumnDrift, ColumnPicture, DriftPictures } from '../../../contracts/index.js';
import { type Markup, markup } from '../page/markup.js';
import { categoryBars } from './category-bars.js';
import { columnNumbers, conditions } from './column-numbers.js';
import { histogram } from './histogram.js';
import { KINDS } from './names.js';
import { formatPValue } from './numbers.js';
import { shownShifts } from './shift.js';
import { sparkline } from './sparkline.js';
import { timeStrip } from './strip.js';
import { verdictMark } from './verdict-mark.js';

/**
 * A column: closed, a line with its verdict and the difference; open, its pictures and all numbers.
 *
 * @param id - of the element, for links to it
 * @param isOpen - as the page is first shown
 */
export function columnCard(
  column: ColumnDrift,
  pictures: DriftPictures,
  { id, isOpen }: { readonly id: string; readonly isOpen: boolean },
): Markup {
  const { name, kind, note } = column;
  const picture = ownValue(pictures.columns, name);
  return markup`<details class="column ${column.verdict}" id="${id}"${isOpen ? markup` open` : null}>
<summary>${verdictMark(column.verdict)}<span class="name"><bdi>${name}</bdi> <small>${KINDS[kind]}</small></span>${sparkline(picture)}<span class="change">${changeOf(column)}</span><span class="p">${column.adjustedPValue === null ? '—' : markup`<small>p</small> ${formatPValue(column.adjustedPValue)}`}</span></summary>
<div class="body">${note === null ? null : markup`<p class="note">${note}</p>`}<div class="pictures">${drawn(column, picture)}${stripOf(name, pictures)}</div><div class="facts">${conditions(column)}${columnNumbers(column)}</div></div>
</details>
`;
}

function changeOf(column: ColumnDrift): Markup {
  const shifts = shownShifts(column);
  // The median moves with most of the values; the mean may follow one of them.
  const shift = shifts.at(-1);
  if (shift === undefined) return markup`<small>${column.note ?? '—'}</small>`;
  const { of, before, after } = shift;
  return markup`<small><bdi>${of.replace(/^Share of /, '')}</bdi></small> ${before} → ${after}`;
}

function drawn(column: ColumnDrift, picture: ColumnPicture | undefined): Markup {
  const figure =
    picture === undefined
      ? null
      : picture.of === 'histogram'
        ? histogram(column, picture)
        : categoryBars(column, picture);
  return figure ?? markup`<p class="no-picture">No picture: ${withoutPicture(column)}.</p>`;
}

function withoutPicture({ kind, referenceRows, currentRows }: ColumnDrift): string {
  if (kind === 'vector') return 'vectors have no axis to draw them on';
  if (referenceRows === 0 && currentRows === 0) return 'neither side has a value';
  return 'the distributions were not kept';
}

function stripOf(name: string, { strips, timeColumn }: DriftPictures): Markup | null {
  const strip = ownValue(strips, name);
  return strip === undefined ? null : timeStrip(name, strip, timeColumn ?? 'time');
}

/** A column may be called `constructor`. */
function ownValue<T>(record: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
