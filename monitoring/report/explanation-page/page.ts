import type { Explanation } from '../../../contracts/index.js';
import { formatCount, formatNumber, formatShare } from '../drift-page/numbers.js';
import { type AboutPage, pageFrame } from '../page/frame.js';
import { type Markup, markup } from '../page/markup.js';
import { THEME_SCRIPT } from '../page/theme-script.js';
import { beeswarm } from './beeswarm.js';
import { byImportance, measureOf } from './by-importance.js';
import { dependencePanel, scoreRange } from './dependence-panel.js';
import { withoutDust } from './rounding-dust.js';
import { STYLE } from './style.js';
import { summaryBars } from './summary-bars.js';
import { valueText, waterfall } from './waterfall.js';

/** Curves that are drawn, what matters most first. */
const MOST_CURVES = 12;

/**
 * An explanation as one self-contained HTML page: which features matter (bars, a beeswarm), how one
 * row's score came together (a waterfall), how the score depends on a feature, and how far all this
 * can be relied on. What comes from data is escaped, and a Content-Security-Policy keeps the page from
 * doing anything but showing itself.
 *
 * @example explanationPage(explanation, { generatedAt: '2026-01-31T12:00:00Z', version: '1.0.0' });
 */
export function explanationPage(explanation: Explanation, about: AboutPage): string {
  const { model, version, target, class: of, notes } = explanation;
  const what = of === null ? target : `${target} = ${of}`;
  return pageFrame(
    {
      title: `${model}@${version}: ${explanation.method} of ${what}`,
      style: STYLE,
      script: THEME_SCRIPT,
      skipTo: { id: 'features', name: 'features' },
      eyebrow: `${model}@${version}`,
      head: markup`<h1>${headline(explanation)}</h1>
<p class="method-line">${methodLine(explanation)}</p>
${reliance(explanation)}`,
      main: markup`${pictures(explanation)}${numbers(explanation)}${notes.length === 0 ? null : section('notes', 'What limits it', markup`<ul class="notes">${notes.map((note) => markup`<li>${note}</li>`)}</ul>`)}`,
      footnote: `Explained at ${explanation.at} with the seed ${explanation.seed}; ${Object.entries(
        explanation.libraries,
      )
        .map(([name, release]) => `${name} ${release}`)
        .join(', ')}.`,
    },
    about,
  );
}

/** The features that matter most, in words. */
function headline(explanation: Explanation): Markup {
  const named = byImportance(explanation)
    .filter(({ importance }) => importance > 0)
    .slice(0, 3)
    .map(({ feature }) => markup`<bdi>${feature}</bdi>`);
  const what = explanation.target;
  if (named.length === 0) return markup`No feature matters to <bdi>${what}</bdi>`;
  const list = named.map(
    (name, i) => markup`${i === 0 ? '' : i === named.length - 1 ? ' and ' : ', '}${name}`,
  );
  return markup`${list} matter${named.length === 1 ? 's' : ''} most to <bdi>${what}</bdi>`;
}

function methodLine(explanation: Explanation): string {
  const { method, algorithm, data, background, class: of, target, metric, measured } = explanation;
  const how = algorithm === method ? method : `${method} (${algorithm})`;
  const score = of === null ? target : `the probability that ${target} is ${of}`;
  const before = measured === undefined ? '' : ` ${metric} is ${formatNumber(measured)} as it is.`;
  return `${how}: ${measureOf(explanation)}, in units of ${metric ?? score}. ${data.rows === 1 ? `Of ${data.from}` : `${formatCount(data.rows, 'row')} of ${data.from}`}; what is taken away is replaced from ${formatCount(background.rows, 'row')} of ${background.from}.${before}`;
}

function reliance({ faithfulness, consistency }: Explanation): Markup {
  const faith =
    faithfulness === null
      ? markup`<dd>not known</dd>`
      : markup`<dd>${formatNumber(faithfulness.change)} <small>the score moves by it without the first ${faithfulness.removed}; without ${faithfulness.removed} at random by ${formatNumber(faithfulness.randomChange)}, less in ${formatShare(faithfulness.betterThanRandom)}</small></dd>`;
  const same =
    consistency === null
      ? markup`<dd>not known</dd>`
      : markup`<dd>${formatNumber(consistency.cosine)} <small>cosine between explanations by ${consistency.parts} parts of the data; ${formatNumber(consistency.least)} at the least</small></dd>`;
  return markup`<dl class="sides"><div><dt>Faithfulness</dt>${faith}</div><div><dt>Consistency</dt>${same}</div></dl>`;
}

function pictures(explanation: Explanation): Markup {
  const { rows, curves, baseValue } = explanation;
  const [first] = rows;
  const steps = first === undefined ? null : waterfall(explanation, first);
  const dots = beeswarm(explanation);
  const isOne = rows.length === 1 && steps !== null;
  const row =
    steps === null || first === undefined
      ? null
      : section(
          isOne ? 'features' : 'row',
          isOne ? 'How the score came together' : 'How the first of the rows came together',
          markup`<figure class="panel">${steps}<figcaption>${first.id === undefined ? null : markup`Prediction ${first.id}. `}${baseValue === null ? `Weights of a linear model around the row; the score is ${formatNumber(first.score)}.` : `From the background's mean ${formatNumber(baseValue)} to the score ${formatNumber(first.score)}.`}</figcaption></figure>`,
        );
  const summary = isOne
    ? null
    : section(
        'features',
        'Which features matter',
        markup`<figure class="panel">${summaryBars(explanation)}<figcaption>${measureOf(explanation)}.</figcaption></figure>`,
      );
  const swarm =
    dots === null
      ? null
      : section(
          'rows',
          'In which direction, row by row',
          markup`<figure class="panel">${dots}<figcaption>A dot each row, to the right where the feature raised the score. Blue: a low value among the rows; orange: a high one; grey: a text, or missing.</figcaption></figure>`,
        );
  return markup`${summary}${swarm}${row}${dependence(explanation, curves)}`;
}

function dependence(explanation: Explanation, curves: Explanation['curves']): Markup | null {
  if (curves.length === 0) return null;
  const order = byImportance(explanation).map(({ feature }) => feature);
  const drawn = curves
    .toSorted((a, b) => order.indexOf(a.feature) - order.indexOf(b.feature))
    .slice(0, MOST_CURVES);
  const range = scoreRange(drawn);
  const behind = drawn.some(({ individual }) => individual !== undefined)
    ? ', each row in grey'
    : '';
  return section(
    'dependence',
    'How the score depends on a feature',
    markup`<div class="grid">${drawn.map((curve) => dependencePanel(curve, range))}</div><p class="note-line"><small>The score at each value, averaged over the rows with all else as it is${behind}; one scale for all.</small></p>`,
  );
}

function numbers(explanation: Explanation): Markup {
  const { rows } = explanation;
  const [only] = rows;
  const isOne = rows.length === 1 && only !== undefined && only.attributions !== null;
  const parts = withoutDust(only?.attributions ?? []);
  const ranked = byImportance(explanation);
  const spreads = explanation.spread !== undefined;
  const cells = ranked.map(
    ({ feature, place, importance, spread }) =>
      markup`<tr><th scope="row"><bdi>${feature}</bdi></th>${isOne ? markup`<td>${valueText(only.values[place] ?? null)}</td><td class="n">${formatNumber(parts[place] ?? null)}</td>` : markup`<td class="n">${formatNumber(importance)}</td>${spreads ? markup`<td class="n">± ${formatNumber(spread)}</td>` : null}`}</tr>`,
  );
  return section(
    'numbers',
    'Numbers',
    markup`<div class="scroll" tabindex="0" role="region" aria-label="Numbers"><table class="all"><thead><tr><th scope="col">Feature</th>${isOne ? markup`<th scope="col">Value</th><th scope="col" class="n">Part</th>` : markup`<th scope="col" class="n">${measureOf(explanation)}</th>${spreads ? markup`<th scope="col" class="n">Spread</th>` : null}`}</tr></thead><tbody>${cells}</tbody></table></div>`,
  );
}

function section(id: string, title: string, content: Markup): Markup {
  return markup`<section aria-labelledby="${id}"><div class="heading"><h2 id="${id}" tabindex="-1">${title}</h2></div>
${content}</section>
`;
}
