import { STYLE as DRIFT_STYLE } from '../drift-page/style.js';

/** Of the pictures: one colour for more, one for less. */
export const SHAPES = `
:root { --more: var(--current); --less: var(--link); }
.picture { display: block; width: 100%; height: auto; overflow: visible; }
.picture text { fill: var(--text); font-size: 12px; } .picture .tick, .picture .quiet { fill: var(--quiet); font-size: 11px; }
.more { fill: var(--more); } .less { fill: var(--less); } .even { fill: var(--reference-edge); }
.whisker { stroke: var(--text); stroke-width: 1.5; }
.link { stroke: var(--quiet); stroke-dasharray: 2 2; }
.curve { fill: none; stroke: var(--more); stroke-width: 2; stroke-linejoin: round; }
.each { fill: none; stroke: var(--reference-edge); stroke-width: 1; opacity: .55; }
.dot { fill-opacity: .8; stroke: var(--card); stroke-width: .6; }
.shade-0 { fill: var(--less); } .shade-1 { fill: color-mix(in oklab, var(--more) 25%, var(--less)); } .shade-2 { fill: color-mix(in oklab, var(--more) 50%, var(--less)); } .shade-3 { fill: color-mix(in oklab, var(--more) 75%, var(--less)); } .shade-4 { fill: var(--more); } .shade-none { fill: var(--reference-edge); }`;

const LAYOUT = `
.panel { overflow-x: auto; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.panel > .picture { min-width: 34rem; } .grid .panel > .picture { min-width: 0; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); gap: 1rem; }
.grid h3 { margin-bottom: .5rem; }
table.all { width: 100%; }`;

/** What this page has besides those of a comparison. */
export const STYLE = `${DRIFT_STYLE}\n${SHAPES}\n${LAYOUT}`;
