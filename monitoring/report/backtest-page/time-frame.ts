import type { BacktestDocument } from '../../../contracts/index.js';
import { type Markup, markup } from '../page/markup.js';
import { linear, monthOf, type Scale, timeTicks } from './scale.js';

export const WIDTH = 960;
export const LEFT = 58;
export const RIGHT = 24;
const MOST_MONTHS = 10;

/** The axis of time that all pictures share. */
export interface TimeFrame {
  readonly x: Scale;
  readonly startMs: number;
  readonly endMs: number;
}

export function timeFrame({ windows }: BacktestDocument, right = RIGHT): TimeFrame {
  const [startMs, endMs] = [Date.parse(windows.from), Date.parse(windows.to)];
  return { x: linear(startMs, endMs, LEFT, WIDTH - right), startMs, endMs };
}

export function months({ x, startMs, endMs }: TimeFrame, bottom: number): Markup[] {
  return timeTicks(startMs, endMs, MOST_MONTHS).map(
    (tick) =>
      markup`<line class="level" x1="${x.at(tick)}" x2="${x.at(tick)}" y1="${bottom}" y2="${bottom + 4}"/><text class="tick" x="${x.at(tick)}" y="${bottom + 16}" text-anchor="middle">${monthOf(tick)}</text>`,
  );
}

/** A dashed line at each drift that is known. */
export function driftLines(document: BacktestDocument, { x }: TimeFrame, bottom: number): Markup[] {
  return document.knownDrifts.map((drift) => {
    const at = x.at(Date.parse(drift));
    return markup`<line class="known" x1="${at}" x2="${at}" y1="0" y2="${bottom}"/>`;
  });
}
