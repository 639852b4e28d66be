import type { ColumnDrift } from '../../../contracts/index.js';
import { type Markup, markup } from '../page/markup.js';
import { formatMoment } from './dates.js';
import { VERDICTS } from './names.js';
import { NO_NUMBER, plainNumber } from './numbers.js';

interface TableColumn {
  readonly title: string;
  readonly isNumber: boolean;
  readonly cell: (column: ColumnDrift) => string;
}

const text = (title: string, cell: TableColumn['cell']): TableColumn => ({
  title,
  isNumber: false,
  cell,
});
const number = (title: string, value: (column: ColumnDrift) => number | null): TableColumn => ({
  title,
  isNumber: true,
  cell: (column) => plainNumber(value(column)),
});

const COLUMNS: readonly TableColumn[] = [
  text('kind', ({ kind }) => kind),
  text('verdict', ({ verdict }) => verdict),
  text('test', ({ test }) => test),
  number('statistic', ({ statistic }) => statistic),
  number('p', ({ pValue }) => pValue),
  number('p adjusted', ({ adjustedPValue }) => adjustedPValue),
  number('alpha', ({ alpha }) => alpha),
  text('effect measure', ({ effect }) => effect.measure),
  number('effect', ({ effect }) => effect.value),
  number('smallest effect', ({ effect }) => effect.threshold),
  text('shift of', ({ shift }) => (shift?.of === 'share' ? shift.category : (shift?.of ?? ''))),
  { title: 'reference', isNumber: true, cell: (column) => ownUnit(column, 'reference') },
  { title: 'current', isNumber: true, cell: (column) => ownUnit(column, 'current') },
  number('reference values', ({ referenceRows }) => referenceRows),
  number('current values', ({ currentRows }) => currentRows),
  number('reference missing', ({ referenceMissing }) => referenceMissing),
  number('current missing', ({ currentMissing }) => currentMissing),
  text('note', ({ note }) => note ?? ''),
];

/**
 * Every number of every column: to be read, selected, or copied by the button as tab-separated text.
 * Numbers stand as programs read them; a cell without one has a dash, which is copied as nothing.
 *
 * @param columns - each with the id of its card, in the order of the page
 */
export function columnTable(
  columns: readonly { readonly column: ColumnDrift; readonly id: string }[],
): Markup {
  return markup`<section aria-labelledby="all"><div class="heading"><h2 id="all">Every number</h2><button type="button" id="copy" hidden>Copy as a table</button><span id="copied" role="status"></span></div>
<div class="scroll" role="region" tabindex="0" aria-labelledby="all"><table id="numbers"><thead><tr><th scope="col">column</th>${COLUMNS.map(({ title, isNumber }) => markup`<th scope="col"${isNumber ? markup` class="n"` : null}>${title}</th>`)}</tr></thead>
<tbody>${columns.map(row)}</tbody></table></div></section>
`;
}

function row({ column, id }: { readonly column: ColumnDrift; readonly id: string }): Markup {
  const cells = COLUMNS.map(({ title, isNumber, cell }) => {
    const value = cell(column);
    const shown = title === 'verdict' ? `${VERDICTS[column.verdict].mark} ${value}` : value;
    const kept = shown === value && value !== '' ? null : markup` data-value="${value}"`;
    return markup`<td${isNumber ? markup` class="n"` : null}${kept}>${shown === '' ? NO_NUMBER : shown}</td>`;
  });
  return markup`<tr class="${column.verdict}"><th scope="row"><a href="#${id}"><bdi>${column.name}</bdi></a></th>${cells}</tr>
`;
}

function ownUnit({ kind, shift }: ColumnDrift, side: 'reference' | 'current'): string {
  if (shift === null) return '';
  const isMoment = kind === 'date' && shift.of === 'mean';
  return isMoment ? formatMoment(shift[side], 1) : plainNumber(shift[side]);
}
