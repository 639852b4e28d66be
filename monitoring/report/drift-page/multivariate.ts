import type { MultivariateDrift } from '../../../contracts/index.js';
import { type Markup, markup } from '../page/markup.js';
import { nameOf } from './names.js';
import { formatCount, formatNumber, formatPValue } from './numbers.js';
import { verdictMark } from './verdict-mark.js';

/** All columns together, a block for each method. */
export function multivariateSection(results: readonly MultivariateDrift[]): Markup | null {
  if (results.length === 0) return null;
  return markup`<section aria-labelledby="together"><h2 id="together">All columns together</h2>
<div class="methods">${results.map(methodBlock)}</div></section>
`;
}

function methodBlock(result: MultivariateDrift): Markup {
  const { method, columns, statistic, pValue, alpha, note, details } = result;
  const reason = note === null ? 'the method gives none' : 'see the note';
  const number = (value: number | null, text: string): Markup =>
    markup`<dd>${text}${value === null ? markup` <small>${reason}</small>` : null}</dd>`;
  return markup`<article class="method"><h3>${nameOf(method)}</h3>${verdictMark(result.verdict)}${note === null ? null : markup`<p class="note">${note}</p>`}
<dl class="numbers"><div><dt>Statistic</dt>${number(statistic, formatNumber(statistic))}</div><div><dt>p-value</dt>${number(pValue, formatPValue(pValue))}</div><div><dt>α</dt><dd>${formatNumber(alpha)}</dd></div>${Object.entries(details).map(([name, value]) => markup`<div><dt>${nameOf(name)}</dt><dd>${formatNumber(value)}</dd></div>`)}</dl>
<details class="members"><summary>${formatCount(columns.length, 'column')}</summary><p>${columns.map((name, i) => markup`${i === 0 ? null : ', '}<bdi>${name}</bdi>`)}</p></details></article>
`;
}
