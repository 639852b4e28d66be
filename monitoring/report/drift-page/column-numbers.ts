import type { ColumnDrift } from '../../../contracts/index.js';
import { type Content, type Markup, markup } from '../page/markup.js';
import { nameOf } from './names.js';
import { formatFixed, formatNumber, formatPValue, formatShare } from './numbers.js';
import { shownShifts } from './shift.js';

/**
 * The two conditions of a drift, each met or not, with the numbers that decide. A condition without
 * a number is open.
 */
export function conditions(column: ColumnDrift): Markup {
  const { adjustedPValue, alpha, effect } = column;
  const significant = adjustedPValue === null ? null : adjustedPValue <= alpha;
  const large = effect.value === null ? null : effect.value >= effect.threshold;
  const chance =
    significant === null
      ? 'No p-value: chance cannot be judged'
      : `${significant ? 'Beyond chance' : 'Chance explains it'}: adjusted p ${formatPValue(adjustedPValue)}, α\u00A0${formatNumber(alpha)}`;
  const sized = `${nameOf(effect.measure)} ${formatNumber(effect.value, 3)}`;
  const size =
    large === null
      ? 'No effect could be measured'
      : effect.threshold === 0
        ? `Any size counts: ${sized}`
        : `${large ? 'Large enough to matter' : 'Too small to matter'}: ${sized}, limit\u00A0${formatNumber(effect.threshold, 3)}`;
  return markup`<ul class="conditions">${condition(significant, chance)}${condition(large, size)}</ul>`;
}

/** Every number of a column, named. */
export function columnNumbers(column: ColumnDrift): Markup {
  const { effect } = column;
  const missing = `${formatFixed(column.referenceMissing, 0)} → ${formatFixed(column.currentMissing, 0)}`;
  return markup`<dl class="numbers">
${shownShifts(column).map(({ of, before, after, difference }) => entry(markup`<bdi>${of}</bdi>`, markup`${before} → ${after}`, difference))}
${entry('Test', nameOf(column.test))}
${entry('Statistic', ...shown(column, formatNumber(column.statistic), column.statistic))}
${entry('p-value', ...shown(column, formatPValue(column.pValue), column.pValue))}
${entry('p-value, adjusted', ...shown(column, formatPValue(column.adjustedPValue), column.adjustedPValue))}
${entry('Effect', ...shown(column, formatNumber(effect.value, 3), effect.value, nameOf(effect.measure)))}
${entry('Smallest effect that matters', formatNumber(effect.threshold, 3))}
${entry('Values', `${formatFixed(column.referenceRows, 0)} → ${formatFixed(column.currentRows, 0)}`)}
${entry('Missing', `${missingShare(column.referenceMissing, column.referenceRows)} → ${missingShare(column.currentMissing, column.currentRows)}`, missing === '0 → 0' ? null : `${missing} rows`)}
</dl>`;
}

function condition(met: boolean | null, text: string): Markup {
  const [state, mark, word] =
    met === null ? ['open', '?', 'open'] : met ? ['met', '✓', 'met'] : ['unmet', '✗', 'not met'];
  return markup`<li class="${state}"><span class="mark" role="img" aria-label="${word}">${mark}</span><span>${text}</span></li>`;
}

/** A number, or a dash with the reason why there is none. */
function shown(
  { verdict, note }: ColumnDrift,
  text: string,
  value: number | null,
  quiet: string | null = null,
): [string, string | null] {
  if (value !== null) return [text, quiet];
  if (note !== null) return [text, 'see the note'];
  return [text, verdict === 'insufficient' ? 'too little data' : 'the test gives none'];
}

function entry(term: Content, value: Content, quiet: string | null = null): Markup {
  return markup`<div><dt>${term}</dt><dd>${value}${quiet === null ? null : markup` <small>${quiet}</small>`}</dd></div>`;
}

function missingShare(missing: number, present: number): string {
  return missing + present === 0 ? '—' : formatShare(missing / (missing + present));
}
