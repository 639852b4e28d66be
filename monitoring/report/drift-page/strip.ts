import type { TimeStrip } from '../../../contracts/index.js';
import { anchorAt, coordinate, percentOf, roundTicks } from './axis.js';
import { formatMoment } from './dates.js';
import { type Markup, markup } from './markup.js';
import { formatNumber } from './numbers.js';
import { INNER_WIDTH } from './outline.js';
import { type Slice, type StripSide, slicesOf } from './slices.js';

const HEIGHT = 110;
const TOP = 10;

interface Frame {
  readonly start: number;
  readonly end: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A column over time: the median as a line, the band around it filled, reference and current apart.
 *
 * @param timeColumn - what the slices are cut by
 * @returns `null` where no slice has a value
 */
export function timeStrip(name: string, strip: TimeStrip, timeColumn: string): Markup | null {
  const slices = slicesOf(strip);
  const frame = frameOf(slices);
  if (frame === null) return null;
  const sides = (['reference', 'current'] as const).map((side) =>
    runsOf(slices, side).map((run) => drawn(run, side, frame)),
  );
  const label = labelOf(name, slices, frame, timeColumn);
  const bottom = TOP + HEIGHT;
  return markup`<figure class="strip"><figcaption>Median and band over <bdi>${timeColumn}</bdi></figcaption><svg class="plot" height="150" role="img" aria-label="${label}"><title>${label}</title>${levels(frame)}
<svg y="${TOP}" width="100%" height="${HEIGHT}" viewBox="0 0 ${INNER_WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${sides}</svg><line class="axis" x1="0" x2="100%" y1="${bottom}" y2="${bottom}"/>${moments(frame)}</svg></figure>`;
}

function frameOf(slices: readonly Slice[]): Frame | null {
  const values = slices.flatMap(({ low, median, high }) => [low, median, high]).filter(isNumber);
  const [first] = slices;
  const last = slices.reduce((latest, { startMs }) => Math.max(latest, startMs), -Infinity);
  if (values.length === 0 || first === undefined) return null;
  const start = slices.reduce((earliest, { startMs }) => Math.min(earliest, startMs), last);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = high > low ? (high - low) * 0.06 : Math.abs(high) * 0.1 || 1;
  return { start, end: last > start ? last : start + 1, low: low - room, high: high + room };
}

/** Neighbouring slices that have values: a gap breaks the line instead of being bridged. */
function runsOf(slices: readonly Slice[], side: StripSide): Slice[][] {
  const runs: Slice[][] = [[]];
  for (const slice of slices) {
    if (slice.side !== side) continue;
    if (slice.median === null) runs.push([]);
    else runs.at(-1)?.push(slice);
  }
  return runs.filter((run) => run.length > 0);
}

function drawn(run: readonly Slice[], side: StripSide, frame: Frame): Markup {
  const x = ({ startMs }: Slice) =>
    coordinate(((startMs - frame.start) / (frame.end - frame.start)) * INNER_WIDTH);
  const y = (value: number | null) =>
    coordinate(HEIGHT * (1 - ((value ?? frame.low) - frame.low) / (frame.high - frame.low)));
  const line = (points: readonly Slice[], of: (slice: Slice) => number | null) =>
    points.map((slice) => `${x(slice)} ${y(of(slice))}`).join('L');
  const upper = line(run, ({ high, median }) => high ?? median);
  const lower = line([...run].reverse(), ({ low, median }) => low ?? median);
  // A line of one point is drawn as a dot by its round cap.
  const median = line(run.length === 1 ? [...run, ...run] : run, (slice) => slice.median);
  return markup`<path class="band ${side}-band" d="M${upper}L${lower}Z"/><path class="median ${side}-median" d="M${median}"/>`;
}

function levels({ low, high }: Frame): Markup[] {
  return roundTicks(low, high).map((value) => {
    const y = coordinate(TOP + HEIGHT * (1 - (value - low) / (high - low)));
    return markup`<line class="level" x1="0" x2="100%" y1="${y}" y2="${y}"/><text class="tick" x="0" y="${Number(y) - 3}">${formatNumber(value, 6)}</text>`;
  });
}

function moments({ start, end }: Frame): Markup[] {
  return [0, 1 / 3, 2 / 3, 1].map((share) => {
    const text = formatMoment(start + share * (end - start), (end - start) / 3);
    return markup`<text class="tick" x="${percentOf(share)}" y="${TOP + HEIGHT + 18}" text-anchor="${anchorAt(share)}">${text}</text>`;
  });
}

function labelOf(name: string, slices: readonly Slice[], frame: Frame, time: string): string {
  const range = (side: StripSide): string => {
    const medians = slices
      .filter((slice) => slice.side === side)
      .map(({ median }) => median)
      .filter(isNumber);
    if (medians.length === 0) return `the ${side} has no value`;
    const [low, high] = [Math.min(...medians), Math.max(...medians)];
    return `the median of the ${side} lies between ${formatNumber(low)} and ${formatNumber(high)}`;
  };
  const step = (frame.end - frame.start) / Math.max(1, slices.length);
  return `${name} over ${time}, from ${formatMoment(frame.start, step)} to ${formatMoment(frame.end, step)}: ${range('reference')}, ${range('current')}.`;
}

function isNumber(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}
