import type { DriftPictures, DriftReport } from '../../../contracts/index.js';
import { type AboutPage, pageFrame } from '../page/frame.js';
import { type Markup, markup } from '../page/markup.js';
import { columnCard } from './column-card.js';
import { byEvidence } from './evidence.js';
import { described, headline, method } from './headline.js';
import { multivariateSection } from './multivariate.js';
import { formatShare } from './numbers.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';
import { columnTable } from './table.js';

export interface AboutDriftPage extends AboutPage {
  /** Default: the two sources. */
  readonly title?: string;
}

/** Cards that are open at first: more would push the last of them out of reach. */
const OPEN_CARDS = 5;

/** Drifted columns that the head of the page names. */
const NAMED_COLUMNS = 8;

/**
 * Two data sets compared, as one self-contained HTML page: no network, no file beside it.
 *
 * The verdict comes first; then the columns by evidence, what all columns say together, and a table
 * of every number. Everything that comes from data is escaped, and a Content-Security-Policy keeps
 * the page from doing anything but showing itself.
 *
 * @param pictures - by column name; a column without one is shown in numbers alone
 * @returns a whole document; below 1 MB for 100 columns
 * @example driftPage(report, pictures, { generatedAt: '2026-01-31T12:00:00Z', version: '1.0.0' });
 */
export function driftPage(
  report: DriftReport,
  pictures: DriftPictures,
  about: AboutDriftPage,
): string {
  const columns = byEvidence(report.columns).map((column, i) => ({
    column,
    id: `column-${i + 1}`,
  }));
  const title = about.title ?? `${report.reference.source} → ${report.current.source}`;
  return pageFrame(
    {
      title: `${headline(report)}: ${title}`,
      style: STYLE,
      script: SCRIPT,
      skipTo: { id: 'columns', name: 'columns' },
      eyebrow: title,
      head: markup`<h1 class="${report.dataset.verdict}">${headline(report)}</h1>
<p class="method-line">${method(report)}</p>
${most(columns)}
${sides(report)}`,
      main: markup`<section aria-labelledby="columns"><div class="heading"><h2 id="columns" tabindex="-1">Columns, strongest evidence first</h2>${columns.length === 0 ? null : markup`<button type="button" id="open-all" hidden>Open all</button>`}</div>
${columns.length === 0 ? markup`<p class="no-picture">There is nothing to show.</p>` : null}${columns.map(({ column, id }, i) => columnCard(column, pictures, { id, isOpen: column.verdict === 'drift' && i < OPEN_CARDS }))}</section>
${multivariateSection(report.multivariate)}${columns.length === 0 ? null : columnTable(columns)}${notes(report)}`,
      footnote: `Seed of every resampling: ${report.seed}.`,
    },
    about,
  );
}

function most(columns: Parameters<typeof columnTable>[0]): Markup | null {
  const drifted = columns.filter(({ column }) => column.verdict === 'drift');
  if (drifted.length === 0) return null;
  const rest = drifted.length - NAMED_COLUMNS;
  const links = drifted
    .slice(0, NAMED_COLUMNS)
    .map(({ column, id }) => markup`<li><a href="#${id}"><bdi>${column.name}</bdi></a></li>`);
  return markup`<ul class="most" aria-label="Drifted columns">${links}${rest > 0 ? markup`<li>and ${rest} more</li>` : null}</ul>`;
}

function sides({ reference, current, dataset }: DriftReport): Markup {
  return markup`<dl class="sides">
<div><dt>Reference</dt><dd><bdi>${reference.source}</bdi> <small>${described(reference)}</small></dd></div>
<div><dt>Current</dt><dd><bdi>${current.source}</bdi> <small>${described(current)}</small></dd></div>
<div><dt>Columns drifted</dt><dd>${formatShare(dataset.share)} <small>${dataset.share === null ? 'none could be measured' : `${dataset.drifted} of ${dataset.columns}`}</small></dd></div>
</dl>`;
}

function notes({ notes: all }: DriftReport): Markup | null {
  if (all.length === 0) return null;
  return markup`<section aria-labelledby="notes"><h2 id="notes">Notes</h2><ul class="notes">${all.map((note) => markup`<li>${note}</li>`)}</ul></section>
`;
}
