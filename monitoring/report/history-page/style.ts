import { STYLE as DRIFT_STYLE } from '../drift-page/style.js';

/** What this page has besides those of a comparison. */
const RIDGES = `
table { width: 100%; }
td, th { vertical-align: middle; }
td.ridge { width: 55%; min-width: 12rem; padding-block: .15rem; }
td.ridge .plot { height: 34px; }
tr.first:not(:first-child) > * { border-top: 2px solid var(--quiet); }
tr.drift td.ridge { background: color-mix(in srgb, var(--drift) 9%, transparent); }
tr.drift td:nth-child(3), tr.no-drift td:nth-child(3), tr.insufficient td:nth-child(3) { color: inherit; }
thead th small { display: block; }
.ticks { display: block; width: 100%; height: 18px; overflow: visible; }
.scroll { padding-top: .25rem; }
@media (max-width: 46rem) {
  :is(thead, tbody) :is(td, th):is(:nth-child(2), :nth-child(3), :nth-child(6), :nth-child(7)), tfoot, tbody th small { display: none; }
  td, th { padding-inline: .5rem; }
  td.ridge { min-width: 7rem; }
}`;

export const STYLE = `${DRIFT_STYLE}\n${RIDGES}`;
