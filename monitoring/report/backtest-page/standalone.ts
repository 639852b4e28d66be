import type { BacktestDocument } from '../../../contracts/index.js';
import { DARK, LIGHT, type Palette } from '../drift-page/palette.js';
import type { Markup } from '../page/markup.js';
import { DARK_LINES, LIGHT_LINES, lineVariables } from './colours.js';
import { errorStrips } from './error-strips.js';
import { regretChart } from './regret-chart.js';
import { PICTURES } from './style.js';
import { tradeOff } from './trade-off.js';

/** The page's pictures as SVG files that stand by themselves, in both themes. */
export const STANDALONE_PICTURES: {
  readonly [name: string]: (document: BacktestDocument) => string;
} = {
  error: (document) => standalone(errorStrips(document)),
  regret: (document) => standalone(regretChart(document)),
  cost: (document) => standalone(tradeOff(document)),
};

const variables = (palette: Palette, lines: readonly string[]): string =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour};`)
    .join('') + lineVariables(lines);

const STYLE = `svg { ${variables(LIGHT, LIGHT_LINES)} background: var(--card); font-family: ui-sans-serif, system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { svg { ${variables(DARK, DARK_LINES)} } }
.axis { stroke: var(--quiet); stroke-width: 1; } .level { stroke: var(--line); stroke-width: 1; }
.tick { fill: var(--quiet); font-size: 11px; }
.haloed { paint-order: stroke; stroke: var(--card); stroke-width: 3px; stroke-linejoin: round; }
${PICTURES}`;

function standalone({ html }: Markup): string {
  const open = html.indexOf('>') + 1;
  const tag = html.slice(0, open).replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
  // What a pointer would tell is not in a picture of a document.
  const content = html.slice(open).replace(/<title>[^<]*<\/title>/g, '');
  return `${tag}\n<style>${STYLE}</style>${content}\n`;
}
