import type { PredictionRecord, ReviewReason } from '../../../contracts/index.js';
import { distanceOf, type Spread, spreadOf } from './spread.js';

type Inputs = PredictionRecord['inputs'];

/** Fewer rows tell nothing of what is rare. */
const MIN_ROWS = 100;
/** A value, or a pair of values, of a smaller share of the rows is rare. */
const RARE_SHARE = 0.01;
/** A pair is rare by itself only where each of its values is not. */
const COMMON_SHARE = 0.05;
/** A number so many spreads from the middle is outlying. */
const FAR = 6;
/** Columns of categories whose pairs are counted. */
const MOST_PAIRED = 10;

/** What is usual in a window: how often each category is there, and each pair; where numbers lie. */
export interface UsualInputs {
  readonly rows: number;
  readonly shares: ReadonlyMap<string, number>;
  readonly spreads: ReadonlyMap<string, Spread>;
  readonly categories: readonly string[];
}

export function usualInputs(sample: readonly Inputs[]): UsualInputs {
  const names = Object.keys(sample[0] ?? {});
  const isNumber = (name: string) => sample.some((inputs) => typeof inputs[name] === 'number');
  const categories = names.filter((name) => !isNumber(name)).slice(0, MOST_PAIRED);
  const counts = new Map<string, number>();
  for (const inputs of sample) {
    for (const key of keysOf(inputs, categories)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const numbers = (name: string) =>
    sample.map((inputs) => inputs[name]).filter((value) => typeof value === 'number');
  return {
    rows: sample.length,
    shares: new Map([...counts].map(([key, count]) => [key, count / sample.length])),
    spreads: new Map(names.filter(isNumber).map((name) => [name, spreadOf(numbers(name))])),
    categories,
  };
}

/** What is unusual in a row: a rare category, a rare pair of common ones, a number far off. */
export function unusualIn(inputs: Inputs, usual: UsualInputs): readonly ReviewReason[] {
  if (usual.rows < MIN_ROWS) return [];
  const rare = rareIn(inputs, usual);
  const far = farIn(inputs, usual);
  return [...(rare === null ? [] : [rare]), ...(far === null ? [] : [far])];
}

function rareIn(inputs: Inputs, { categories, shares }: UsualInputs): ReviewReason | null {
  const share = (key: string): number => shares.get(key) ?? 0;
  let rarest: { readonly names: string; readonly share: number } | null = null;
  for (const [index, name] of categories.entries()) {
    const own = share(keyOf(inputs, name));
    if (own < RARE_SHARE && own < (rarest?.share ?? 1)) {
      rarest = { names: inWords(inputs, name), share: own };
    }
    for (const other of categories.slice(index + 1)) {
      const both = share(pairOf(inputs, name, other));
      const isCommon = own >= COMMON_SHARE && share(keyOf(inputs, other)) >= COMMON_SHARE;
      if (!isCommon || both >= RARE_SHARE || both >= (rarest?.share ?? 1)) continue;
      rarest = { names: `${inWords(inputs, name)} with ${inWords(inputs, other)}`, share: both };
    }
  }
  if (rarest === null) return null;
  const percent = (100 * rarest.share).toFixed(2);
  return {
    why: 'rare',
    weight: 1 - rarest.share / RARE_SHARE,
    detail: `${rarest.names} is in ${percent} % of the rows`,
  };
}

function farIn(inputs: Inputs, { spreads }: UsualInputs): ReviewReason | null {
  let farthest: { readonly name: string; readonly distance: number } | null = null;
  for (const [name, spread] of spreads) {
    const value = inputs[name];
    if (typeof value !== 'number') continue;
    const distance = distanceOf(value, spread);
    if (distance >= FAR && distance > (farthest?.distance ?? 0)) farthest = { name, distance };
  }
  if (farthest === null) return null;
  const { name, distance } = farthest;
  return {
    why: 'outlying',
    weight: Math.min(1, distance / (2 * FAR)),
    detail: `${inWords(inputs, name)} lies ${distance.toFixed(1)} spreads from the middle`,
  };
}

function* keysOf(inputs: Inputs, categories: readonly string[]): Iterable<string> {
  for (const [index, name] of categories.entries()) {
    yield keyOf(inputs, name);
    for (const other of categories.slice(index + 1)) yield pairOf(inputs, name, other);
  }
}

const keyOf = (inputs: Inputs, name: string): string => JSON.stringify([name, inputs[name]]);
const pairOf = (inputs: Inputs, name: string, other: string): string =>
  JSON.stringify([name, inputs[name], other, inputs[other]]);
const inWords = (inputs: Inputs, name: string): string => `${name} ${inputs[name] ?? 'missing'}`;
