import type { ExplainedRow, Explanation } from '../../../contracts/index.js';
import { formatDifference, formatNumber } from '../drift-page/numbers.js';
import { type Markup, markup } from '../page/markup.js';
import { withoutDust } from './rounding-dust.js';
import { linearScale, round, short } from './scale.js';

const WIDTH = 760;
const LEFT = 230;
const RIGHT = 80;
const ROW = 28;
const FOOT = 24;
/** More are added up in one step. */
const MOST_STEPS = 10;

interface Part {
  readonly label: string;
  readonly part: number;
}

interface Step extends Part {
  readonly from: number;
  readonly to: number;
}

/**
 * How a row's score comes together: from the background's mean at the foot, a step a feature, the
 * largest last. Of a method without a base value the steps begin at 0 and end at their sum.
 */
export function waterfall(explanation: Explanation, row: ExplainedRow): Markup | null {
  if (row.attributions === null) return null;
  const base = explanation.baseValue ?? 0;
  const steps = stepsFrom(base, partsOf(explanation, row));
  const ends = steps.flatMap(({ from, to }) => [from, to]);
  const low = Math.min(base, ...ends);
  const high = Math.max(base, ...ends);
  const x = linearScale(low, high, LEFT, WIDTH - RIGHT);
  const height = steps.length * ROW;
  // The largest step is on top, and is taken last.
  const drawn = steps.toReversed().map(({ label, part, from, to }, i) => {
    const y = i * ROW;
    const left = Math.min(x.at(from), x.at(to));
    const width = Math.max(1, round(Math.abs(x.at(to) - x.at(from))));
    const link =
      i === 0
        ? null
        : markup`<line class="link" x1="${x.at(to)}" x2="${x.at(to)}" y1="${y - ROW + 20}" y2="${y + 6}"/>`;
    return markup`<text x="${LEFT - 10}" y="${y + 17}" text-anchor="end">${short(label, 34)}</text>${link}<rect class="${part < 0 ? 'less' : 'more'}" x="${left}" y="${y + 6}" width="${width}" height="14" rx="2"/><text class="quiet" x="${left + width + 6}" y="${y + 17}">${formatDifference(part)}</text>`;
  });
  const ticks = x.ticks.map(
    (tick) =>
      markup`<text class="tick" x="${x.at(tick)}" y="${height + 18}" text-anchor="middle">${formatNumber(tick)}</text>`,
  );
  const told = steps.toReversed().slice(0, 3);
  return markup`<svg class="picture" viewBox="0 0 ${WIDTH} ${height + FOOT}" role="img" aria-label="From ${formatNumber(base)} to ${formatNumber(steps.at(-1)?.to ?? base)}: ${told.map(({ label, part }) => `${label} ${formatDifference(part)}`).join(', ')}.">
<line class="level" x1="${x.at(base)}" x2="${x.at(base)}" y1="0" y2="${height}"/>${drawn}${ticks}
</svg>`;
}

/** Ascending by size; small ones together, first. */
function partsOf(
  { features }: Explanation,
  { attributions, values, conditions }: ExplainedRow,
): readonly Part[] {
  const shown = withoutDust(attributions ?? []);
  const parts = features.map((feature, i) => ({
    label: conditions?.[i] ?? `${feature} = ${valueText(values[i] ?? null)}`,
    part: shown[i] ?? 0,
  }));
  const sorted = parts.toSorted((a, b) => Math.abs(a.part) - Math.abs(b.part));
  if (sorted.length <= MOST_STEPS) return sorted;
  const rest = sorted.slice(0, sorted.length - MOST_STEPS + 1);
  const sum = rest.reduce((total, { part }) => total + part, 0);
  return [{ label: `${rest.length} others`, part: sum }, ...sorted.slice(rest.length)];
}

function stepsFrom(base: number, parts: readonly Part[]): readonly Step[] {
  let from = base;
  return parts.map(({ label, part }) => {
    const step = { label, part, from, to: from + part };
    from = step.to;
    return step;
  });
}

export function valueText(value: number | string | null): string {
  if (value === null) return 'missing';
  return typeof value === 'number' ? formatNumber(value) : value;
}
