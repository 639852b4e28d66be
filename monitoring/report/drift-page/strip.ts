import type { TimeStrip } from '../../../contracts/index.js';
import { type Markup, markup } from '../page/markup.js';
import { anchorAt, coordinate, percentOf, roundTicks } from './axis.js';
import { formatMoment } from './dates.js';
import { formatNumber } from './numbers.js';
import { INNER_HEIGHT, INNER_WIDTH } from './outline.js';
import { type Slice, type StripSide, slicesOf } from './slices.js';

const HEIGHT = 110;
/** Above the shapes, for the names of the sides. */
const TOP = 16;

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
  const bands = (['reference', 'current'] as const).map((side) =>
    runsOf(slices, side).map((run) => drawn(run, side, frame)),
  );
  const label = labelOf(name, slices, frame, timeColumn);
  const bottom = TOP + HEIGHT;
  return markup`<figure class="strip"><figcaption>Median and band over <bdi>${timeColumn}</bdi></figcaption><svg class="plot" height="156" role="img" aria-label="${label}">${levels(frame)}${sides(slices, frame)}
<svg y="${TOP}" width="100%" height="${HEIGHT}" viewBox="0 0 ${INNER_WIDTH} ${INNER_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${bands}</svg>${levelNames(frame)}<line class="axis" x1="0" x2="100%" y1="${bottom}" y2="${bottom}"/>${moments(frame)}</svg></figure>`;
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
    coordinate(INNER_HEIGHT * (1 - ((value ?? frame.low) - frame.low) / (frame.high - frame.low)));
  const line = (points: readonly Slice[], of: (slice: Slice) => number | null) =>
    points.map((slice) => `${x(slice)} ${y(of(slice))}`).join('L');
  const upper = line(run, ({ high, median }) => high ?? median);
  const lower = line([...run].reverse(), ({ low, median }) => low ?? median);
  // A line of one point is drawn as a dot by its round cap.
  const median = line(run.length === 1 ? [...run, ...run] : run, (slice) => slice.median);
  return markup`<path class="band ${side}-band" d="M${upper}L${lower}Z"/><path class="median ${side}-median" d="M${median}"/>`;
}

function levels(frame: Frame): Markup[] {
  return levelsOf(frame).map(
    ({ y }) => markup`<line class="level" x1="0" x2="100%" y1="${y}" y2="${y}"/>`,
  );
}

/** Over the bands: a number that they cover is no number. */
function levelNames(frame: Frame): Markup[] {
  return levelsOf(frame).map(
    ({ y, value }) =>
      markup`<text class="tick haloed" x="0" y="${y - 3}">${formatNumber(value, 6)}</text>`,
  );
}

function levelsOf({ low, high }: Frame) {
  return roundTicks(low, high).map((value) => ({
    value,
    y: coordinate(TOP + HEIGHT * (1 - (value - low) / (high - low))),
  }));
}

/** A line where each side begins, with its name. */
function sides(slices: readonly Slice[], { start, end }: Frame): Markup[] {
  return (['reference', 'current'] as const).flatMap((side) => {
    const first = slices.find((slice) => slice.side === side);
    if (first === undefined) return [];
    const share = (first.startMs - start) / (end - start);
    const anchor = share > 0.5 ? 'end' : 'start';
    const x = percentOf(share);
    const line = markup`<line class="marker" x1="${x}" x2="${x}" y1="0" y2="${TOP + HEIGHT}"/>`;
    return [
      markup`${share > 0 ? line : null}<text class="tick ${side}-name" x="${x}" dx="${share === 0 ? 0 : anchor === 'end' ? -5 : 5}" y="9" text-anchor="${anchor}">${side}</text>`,
    ];
  });
}

function moments({ start, end }: Frame): Markup[] {
  return [0, 1 / 2, 1].map((share) => {
    const text = formatMoment(start + share * (end - start), (end - start) / 2);
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
