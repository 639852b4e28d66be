import { DARK, LIGHT, type Palette } from './palette.js';

const variables = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour};`)
    .join('');

/** Both themes: the system's, unless the page's button names one. */
const THEMES = `
:root { color-scheme: light; ${variables(LIGHT)} }
@media (prefers-color-scheme: dark) { :root { color-scheme: dark; ${variables(DARK)} } }
:root[data-theme=light] { color-scheme: light; ${variables(LIGHT)} }
:root[data-theme=dark] { color-scheme: dark; ${variables(DARK)} }
@media print { :root:root { color-scheme: light; ${variables(LIGHT)} --ground:#ffffff; } }`;

const TEXT = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 66rem; padding: 2.5rem 1.5rem 4rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 ui-sans-serif, system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums lining-nums; overflow-wrap: anywhere; }
h1 { margin: .25rem 0 .75rem; font-size: clamp(1.9rem, 6vw, 3rem); line-height: 1.1; font-weight: 650; letter-spacing: -.025em; text-wrap: balance; }
h1.drift { color: var(--drift); } h1.no-drift { color: var(--calm); } h1.insufficient { color: var(--unsure); }
h2 { margin: 0; font-size: 1.15rem; font-weight: 620; letter-spacing: -.01em; }
h3 { margin: 0; font-size: 1rem; font-weight: 620; }
p { margin: 0; }
small { font-size: .85em; color: var(--quiet); font-weight: 400; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: 1rem; top: -4rem; padding: .5rem 1rem; background: var(--card); border: 1px solid var(--line); }
.skip:focus { top: .5rem; z-index: 1; }
.heading { display: flex; flex-wrap: wrap; align-items: baseline; gap: .5rem 1rem; }
.heading > :first-child { flex: 1 1 0; min-width: 9rem; }
.eyebrow { color: var(--quiet); font-size: .9rem; }
.method-line { max-width: 44rem; color: var(--quiet); }
button { font: inherit; font-size: .85rem; padding: .3rem .8rem; border: 1px solid var(--line); border-radius: 99px; background: var(--card); color: var(--text); cursor: pointer; }
button:hover { border-color: var(--quiet); }
section { margin-top: 3rem; }
section > .heading, section > h2 { margin-bottom: .75rem; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: .85rem; }
.most { display: flex; flex-wrap: wrap; gap: .35rem .9rem; margin: 1rem 0 0; padding: 0; list-style: none; font-weight: 600; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: .75rem 2rem; margin: 1.5rem 0 0; padding-top: 1rem; border-top: 1px solid var(--line); }
.sides dt { color: var(--quiet); font-size: .85rem; } .sides dd { margin: 0; font-weight: 600; } .sides small { display: block; }
.notes { margin: 0; padding-left: 1.2rem; }
.note { padding: .1rem 0 .1rem .8rem; border-left: 3px solid var(--unsure); }
.no-picture { color: var(--quiet); }`;

const CARDS = `
.column { background: var(--card); border: 1px solid var(--line); border-bottom-width: 0; }
.column:first-of-type { border-radius: 10px 10px 0 0; } .column:last-of-type { border-radius: 0 0 10px 10px; border-bottom-width: 1px; }
.column > summary { display: grid; grid-template-columns: 7.5rem minmax(8rem, 1.2fr) 6rem minmax(10rem, 1.3fr) 7.5rem; align-items: center; gap: .25rem 1rem; padding: .6rem 1rem; cursor: pointer; list-style: none; }
.column > summary::-webkit-details-marker { display: none; }
.column > summary:hover .name bdi { text-decoration: underline; text-underline-offset: .2em; }
.name { font-weight: 600; min-width: 0; }
.change, .p { text-align: right; } .p { white-space: nowrap; }
.verdict { font-size: .85rem; font-weight: 600; white-space: nowrap; }
.verdict.drift { color: var(--drift); } .verdict.no-drift { color: var(--calm); } .verdict.insufficient { color: var(--unsure); }
.spark { width: 100%; height: 28px; display: block; overflow: visible; }
.body { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 1rem 2.5rem; padding: .75rem 1rem 1.5rem; }
.body > .note { grid-column: 1 / -1; }
.conditions { margin: 0 0 1rem; padding: 0; list-style: none; }
.conditions li { display: grid; grid-template-columns: 1.5rem 1fr; }
.conditions .mark { font-weight: 700; }
.unmet { color: var(--quiet); }
.numbers { margin: 0; font-size: .9rem; }
.numbers > div { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; padding: .25rem 0; border-top: 1px solid var(--line); }
.numbers dt { color: var(--quiet); overflow-wrap: break-word; } .numbers dd { margin: 0 0 0 auto; text-align: right; }
.methods { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); gap: 1rem; }
.method { padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.method .numbers, .method .note { margin-top: .5rem; }
.members { font-size: .9rem; } .members summary { cursor: pointer; color: var(--quiet); padding: .25rem 0; }`;

const PICTURES = `
figure { margin: 0; } .strip { margin-top: 1.25rem; }
figcaption { color: var(--quiet); font-size: .8rem; }
.plot { display: block; width: 100%; overflow: visible; }
.plot svg { overflow: visible; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .8rem; color: var(--quiet); margin-bottom: .25rem; }
.key { overflow: visible; }
.legend span { display: inline-flex; align-items: center; gap: .4rem; }
path, line { vector-effect: non-scaling-stroke; }
.reference { fill: var(--reference); stroke: var(--reference-edge); stroke-width: 1; }
.current { fill: none; stroke: var(--current); stroke-width: 2; stroke-linejoin: round; }
.spark .current { stroke-width: 1.5; }
.current-bar { fill: var(--current); }
.axis { stroke: var(--quiet); stroke-width: 1; } .level { stroke: var(--line); stroke-width: 1; }
.tick { fill: var(--quiet); font-size: 11px; }
.haloed { paint-order: stroke; stroke: var(--card); stroke-width: 3px; stroke-linejoin: round; }
.tick.reference-name { fill: var(--reference-text); } .tick.current-name { fill: var(--current-text); }
.marker { stroke: var(--text); stroke-width: 1; stroke-dasharray: 3 3; }
.reference-marker { stroke: var(--reference-text); } .current-marker { stroke: var(--current-text); }
.band { stroke: none; } .reference-band { fill: var(--reference); opacity: .55; } .current-band { fill: var(--current); opacity: .25; }
.median { fill: none; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.reference-median { stroke: var(--reference-text); } .current-median { stroke: var(--current); }
.bars { margin: 0; padding: 0; list-style: none; font-size: .9rem; }
.bars li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 1rem; padding: .2rem 0; }
.category { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.shares { white-space: nowrap; } .points { display: inline-block; min-width: 3.2em; text-align: right; color: var(--quiet); }
.bar { grid-column: 1 / -1; width: 100%; overflow: visible; }`;

const TABLE = `
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
table { border-collapse: collapse; font-size: .85rem; white-space: nowrap; }
th, td { padding: .35rem .75rem; text-align: left; border-bottom: 1px solid var(--line); font-weight: 400; }
tr:last-child > * { border-bottom: 0; }
thead th { color: var(--quiet); } tbody th { font-weight: 600; max-width: 16rem; overflow: hidden; text-overflow: ellipsis; }
.n { text-align: right; }
tr.drift td:nth-child(3) { color: var(--drift); } tr.no-drift td:nth-child(3) { color: var(--calm); } tr.insufficient td:nth-child(3) { color: var(--unsure); }
#copied { color: var(--quiet); font-size: .85rem; }`;

const NARROW = `
@media (max-width: 46rem) {
  body { padding: 1.25rem 1rem 3rem; }
  .column > summary { grid-template-columns: minmax(0, 1fr) auto; gap: .1rem .75rem; }
  .column .verdict { grid-area: 2 / 1; } .column .name { grid-area: 1 / 1; } .column .spark { grid-area: 1 / 2; width: 5.5rem; }
  .column .p { grid-area: 2 / 2; } .column .change { grid-area: 3 / 1 / 4 / 3; text-align: left; }
  .body { grid-template-columns: minmax(0, 1fr); }
}
@media print { button, .skip { display: none; } .column { break-inside: avoid; } .scroll { overflow: visible; } }`;

/** The page's one style sheet. */
export const STYLE = [THEMES, TEXT, CARDS, PICTURES, TABLE, NARROW].join('\n');
