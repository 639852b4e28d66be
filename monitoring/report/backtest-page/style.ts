import { STYLE as SHARED } from '../drift-page/style.js';
import { DARK_LINES, LIGHT_LINES, LINE_CLASSES, lineVariables } from './colours.js';

const [light, dark] = [lineVariables(LIGHT_LINES), lineVariables(DARK_LINES)];

/** Lines of both themes: the system's, unless the page's button names one. */
const THEMES = `
:root { ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
:root[data-theme=light] { ${light} }
:root[data-theme=dark] { ${dark} }
@media print { :root:root { ${light} } }`;

/** Of the pictures, on the page and by themselves. */
export const PICTURES = `
${LINE_CLASSES}
.picture .own { fill: none; stroke: var(--own); stroke-width: 1.8; stroke-linejoin: round; }
.picture .behind { fill: none; stroke: var(--reference-edge); stroke-width: 1; }
.picture .mark { fill: var(--own); stroke: none; }
.picture .name { fill: var(--own); font-size: 13px; font-weight: 600; }
.picture .line-oracle .name { fill: var(--reference-text); }
.picture .known { stroke: var(--text); stroke-width: 1; stroke-dasharray: 3 4; }`;

const PAGE = `
.frame { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .75rem; }
.picture { display: block; width: 100%; min-width: 40rem; height: auto; }
.conclusions { margin: 1rem 0 0; padding-left: 1.2rem; }
.caption { margin-top: .5rem; color: var(--quiet); font-size: .85rem; max-width: 48rem; }`;

/** The page's one style sheet. */
export const STYLE = [SHARED, THEMES, PICTURES, PAGE].join('\n');
