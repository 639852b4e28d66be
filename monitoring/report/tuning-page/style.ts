import { STYLE as DRIFT_STYLE } from '../drift-page/style.js';

const PICTURES = `
figure { margin: 0 0 1.5rem; } figcaption { color: var(--quiet); font-size: .85rem; }
figure svg { display: block; width: 100%; height: auto; }
figure text { fill: var(--quiet); font-size: 11px; }
.axis { stroke: var(--line); } .trial { fill: var(--reference-edge); fill-opacity: .8; } .best { fill: var(--current); font-weight: 600; }
.best-line { fill: none; stroke: var(--current); stroke-width: 1.5; }
.rung-line polyline { fill: none; stroke: var(--reference-edge); stroke-width: 1.2; } .rung-line circle { fill: var(--reference-edge); }
.rung-line.pruned { opacity: .45; } .rung-line.best polyline { stroke: var(--current); stroke-width: 2.2; } .rung-line.best circle { fill: var(--current); }
.wide { overflow-x: auto; } td.run { font-size: .8rem; color: var(--quiet); white-space: nowrap; }
td.bar { width: 40%; } td.bar svg { width: 100%; height: .6rem; } td.bar rect { fill: var(--current); }`;

/** What this page has besides those of a comparison. */
export const STYLE = `${DRIFT_STYLE}\n${PICTURES}`;
