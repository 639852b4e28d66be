import { withoutControls } from './control-characters.js';
import type { Style } from './style.js';

type Paint = (text: string) => string;

/** A cell is its text, or its text with a colour, which takes no room. */
export type Cell = string | { readonly text: string; readonly paint: Paint };

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** May be cut down to this many characters when the line is too long for the terminal. */
  readonly shrinkTo?: number;
  /** Left out in a narrow terminal when shrinking is not enough; the highest number goes first. */
  readonly dropOrder?: number;
}

const GAP = 2;

/**
 * Lays rows out in columns that fit a width: long cells are cut with `…`, then the least important
 * columns are left out. A column in which no row has anything is left out as well.
 *
 * @param width - characters a line may have; Infinity never cuts
 * @returns one line a row with the titles first, without trailing blanks
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
  style: Style,
): readonly string[] {
  const natural = columns.map((column, index) =>
    Math.max(column.title.length, ...rows.map((row) => lengthOf(row[index]))),
  );
  const kept = columns
    .map((_, index) => index)
    .filter((index) => rows.some((row) => lengthOf(row[index]) > 0));
  const widths = fitWidths(columns, natural, kept, width);
  const line = (cells: readonly Cell[]): string =>
    kept
      .map((index) => place(cells[index] ?? '', widths[index] ?? 0, columns[index]?.align))
      .join(' '.repeat(GAP))
      .trimEnd();
  const titles = columns.map(({ title }) => ({ text: title, paint: style.dim }));
  return [line(titles), ...rows.map(line)];
}

/** Shrinks and drops (from `kept`, in place) until the columns fit. */
function fitWidths(
  columns: readonly Column[],
  natural: readonly number[],
  kept: number[],
  width: number,
): number[] {
  for (;;) {
    const widths = [...natural];
    let excess = kept.reduce((sum, index) => sum + (natural[index] ?? 0) + GAP, -GAP) - width;
    for (const index of kept) {
      const floor = columns[index]?.shrinkTo;
      if (excess <= 0 || floor === undefined) continue;
      const give = Math.min(excess, Math.max(0, (widths[index] ?? 0) - floor));
      widths[index] = (widths[index] ?? 0) - give;
      excess -= give;
    }
    const expendable = kept
      .filter((index) => columns[index]?.dropOrder !== undefined)
      .sort((a, b) => (columns[b]?.dropOrder ?? 0) - (columns[a]?.dropOrder ?? 0))[0];
    if (excess <= 0 || expendable === undefined) return widths;
    kept.splice(kept.indexOf(expendable), 1);
  }
}

function place(cell: Cell, width: number, align: 'left' | 'right' = 'left'): string {
  const text = truncate(withoutControls(typeof cell === 'string' ? cell : cell.text), width);
  const painted = typeof cell === 'string' ? text : cell.paint(text);
  const blank = ' '.repeat(Math.max(0, width - [...text].length));
  return align === 'right' ? blank + painted : painted + blank;
}

function lengthOf(cell: Cell | undefined): number {
  if (cell === undefined) return 0;
  return [...(typeof cell === 'string' ? cell : cell.text)].length;
}

/** Cuts text to a width, its last character becoming `…`. */
export function truncate(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  return width < 1 ? '' : `${characters.slice(0, width - 1).join('')}…`;
}

/** Breaks text between words into lines of at most `width`; a longer word has its own line. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else {
        line = line === '' ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines;
}
