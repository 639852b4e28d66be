import type { FeatureHistory, FeatureWindow } from '../../../contracts/index.js';
import { anchorAt, percentOf, roundTicks } from '../drift-page/axis.js';
import { legend } from '../drift-page/legend.js';
import { formatCount, formatNumber } from '../drift-page/numbers.js';
import { type AboutPage, pageFrame } from '../page/frame.js';
import { type Markup, markup } from '../page/markup.js';
import { THEME_SCRIPT } from '../page/theme-script.js';
import { categoryShape, type Shape, ValueAxis } from './shapes.js';
import { STYLE } from './style.js';
import { windowRow } from './window-row.js';

/** Categories whose names fit under the pictures. */
const MOST_NAMED = 8;

/**
 * A feature over the windows of a model, as one self-contained HTML page: a row each, its
 * distribution drawn over that of its version's reference. What comes from data is escaped, and a
 * Content-Security-Policy keeps the page from doing anything but showing itself.
 *
 * @example featureHistoryPage(history, { generatedAt: '2026-01-31T12:00:00Z', version: '1.0.0' });
 */
export function featureHistoryPage(history: FeatureHistory, about: AboutPage): string {
  const { name, feature, windows } = history;
  const drawn = drawing(windows);
  const title = `${name}: ${feature} over time`;
  return pageFrame(
    {
      title,
      style: STYLE,
      script: THEME_SCRIPT,
      skipTo: { id: 'windows', name: 'windows' },
      eyebrow: name,
      head: markup`<h1><bdi>${feature}</bdi> over time</h1>
<p class="method-line">${headline(windows)}</p>`,
      main: markup`<section aria-labelledby="windows"><div class="heading"><h2 id="windows" tabindex="-1">Windows, oldest first</h2></div>
${windows.length === 0 ? markup`<p class="no-picture">No window has been measured yet.</p>` : table(windows, drawn)}</section>
`,
      footnote: drawn.caption,
    },
    about,
  );
}

function headline(windows: readonly FeatureWindow[]): string {
  const drifted = windows.filter(({ verdict }) => verdict === 'drift').length;
  const versions = new Set(windows.map(({ version }) => version)).size;
  return `${formatCount(windows.length, 'window')} of ${formatCount(versions, 'version')}; the feature drifted in ${drifted}. Each is compared with the reference of the version that served in it.`;
}

function table(windows: readonly FeatureWindow[], { shapeOf, marks }: Drawing): Markup {
  const rows = windows.map((window, i) =>
    windowRow(window, shapeOf(window), windows[i - 1]?.version !== window.version),
  );
  return markup`${legend('line')}<div class="scroll" tabindex="0" role="region" aria-label="Windows"><table>
<thead><tr><th scope="col">Window</th><th scope="col" class="n">Version</th><th scope="col" class="n">Rows</th><th scope="col">Distribution</th><th scope="col" class="n">Distance</th><th scope="col" class="n">Outside</th><th scope="col" class="n">Missing</th><th scope="col">Verdict</th></tr></thead>
<tbody>${rows}</tbody>
<tfoot><tr><td colspan="3"></td><td class="ridge">${ticks(marks)}</td><td colspan="4"></td></tr></tfoot>
</table></div>`;
}

interface Drawing {
  readonly shapeOf: (window: FeatureWindow) => Shape | null;
  readonly marks: readonly { readonly share: number; readonly text: string }[];
  readonly caption: string;
}

const DISTANCE = 'The distance is that of Jensen and Shannon, natural logarithm.';

function drawing(windows: readonly FeatureWindow[]): Drawing {
  const [first] = windows;
  if (first?.bins.of === 'categories') {
    const { categories } = first.bins;
    const names = [...categories, 'others'];
    const marks = names.map((text, i) => ({ share: (i + 0.5) / names.length, text }));
    const caption = `A step each category, the most frequent of the reference first, all others last. ${DISTANCE}`;
    return { shapeOf: categoryShape, marks: names.length > MOST_NAMED ? [] : marks, caption };
  }
  const axis = new ValueAxis(windows);
  const shapeOf = (window: FeatureWindow) => axis.shapeOf(window);
  if (!axis.isTrue) {
    const caption = `Bins hold equal shares of the reference and are drawn equally wide. ${DISTANCE}`;
    return { shapeOf, marks: [], caption };
  }
  const [low, high] = axis.range;
  const marks = roundTicks(low, high).map((value) => ({
    share: axis.placeOf(value),
    text: formatNumber(value, 6),
  }));
  const caption = `Areas are shares of the rows inside of the reference's range. ${DISTANCE}`;
  return { shapeOf, marks, caption };
}

function ticks(marks: Drawing['marks']): Markup | null {
  if (marks.length === 0) return null;
  return markup`<svg class="ticks">${marks.map(({ share, text }) => markup`<text class="tick" x="${percentOf(share)}" y="13" text-anchor="${anchorAt(share)}">${text.length > 14 ? `${text.slice(0, 13)}…` : text}</text>`)}</svg>`;
}
