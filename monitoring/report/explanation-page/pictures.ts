import type { Explanation } from '../../../contracts/index.js';
import { DARK, LIGHT, type Palette } from '../drift-page/palette.js';
import type { Markup } from '../page/markup.js';
import { beeswarm } from './beeswarm.js';
import { byImportance } from './by-importance.js';
import { dependencePicture, scoreRange } from './dependence-panel.js';
import { SHAPES } from './style.js';
import { summaryBars } from './summary-bars.js';
import { waterfall } from './waterfall.js';

/** Curves that a document has room for. */
const MOST_CURVES = 3;

/** A picture that stands by itself, in either theme: of a model card. */
export interface ExplanationPicture {
  readonly title: string;
  readonly svg: string;
}

/** The pictures of an explanation, those of its page, each as a file of its own would be. */
export function explanationPictures(explanation: Explanation): readonly ExplanationPicture[] {
  const { rows, curves } = explanation;
  const [first] = rows;
  const order = byImportance(explanation).map(({ feature }) => feature);
  const drawn = curves
    .toSorted((a, b) => order.indexOf(a.feature) - order.indexOf(b.feature))
    .slice(0, MOST_CURVES);
  const range = scoreRange(drawn);
  const pictures: readonly (readonly [title: string, picture: Markup | null])[] = [
    ['Which features matter', summaryBars(explanation)],
    ['In which direction, row by row', beeswarm(explanation)],
    ['How one score came together', first === undefined ? null : waterfall(explanation, first)],
    ...drawn.map(
      (curve) =>
        [`How the score depends on ${curve.feature}`, dependencePicture(curve, range)] as const,
    ),
  ];
  return pictures.flatMap(([title, picture]) =>
    picture === null ? [] : [{ title, svg: standalone(picture) }],
  );
}

const variables = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour};`)
    .join('');

const STYLE = `svg { ${variables(LIGHT)} font-family: ui-sans-serif, system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { svg { ${variables(DARK)} } }
.axis { stroke: var(--quiet); } .level { stroke: var(--line); }
${SHAPES}`.replace(':root', 'svg');

function standalone({ html }: Markup): string {
  return html
    .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace('>', `><style>${STYLE}</style>`);
}
