import type { FeatureWindow } from '../../../contracts/index.js';
import { drawnBins } from '../drift-page/bins.js';

/** A window's distribution and its reference's, as they are drawn. */
export interface Shape {
  /** k + 1 places in [0, 1]. */
  readonly places: readonly number[];
  /** k heights in [0, 1], of both sides to one scale. */
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/** What lies under all shapes of a page. */
export interface Axis {
  readonly marks: readonly { readonly share: number; readonly text: string }[];
  /** Places are values, so that shapes on other bins can be compared; otherwise bins are equally wide. */
  readonly isTrue: boolean;
}

/** Share of the range that is left free at either side. */
const MARGIN = 0.02;

/**
 * Where values are drawn: one axis for all windows, whatever bins their versions had. Bins that are
 * too unequal for areas to be seen are drawn equally wide.
 */
export class ValueAxis {
  readonly #low: number;
  readonly #high: number;
  readonly isTrue: boolean;

  constructor(windows: readonly FeatureWindow[]) {
    const drawn = windows.flatMap((window) => inner(window) ?? []);
    this.isTrue = drawn.every(({ scale }) => scale !== 'ordinal');
    const edges = drawn.flatMap((bins) => bins.edges);
    this.#low = Math.min(...edges);
    this.#high = Math.max(...edges);
  }

  get range(): readonly [number, number] {
    return [this.#low, this.#high];
  }

  placeOf(value: number): number {
    const span = this.#high - this.#low || 1;
    return MARGIN + ((value - this.#low) / span) * (1 - 2 * MARGIN);
  }

  shapeOf(window: FeatureWindow): Shape | null {
    const bins = inner(window);
    if (bins === null) return null;
    const count = bins.edges.length - 1;
    const places = bins.edges.map((edge, i) => (this.isTrue ? this.placeOf(edge) : i / count));
    const widths = places.slice(1).map((place, i) => place - (places[i] ?? 0));
    const height = (shares: readonly number[]) =>
      shares.map((share, i) => (this.isTrue ? share / (widths[i] || 1) : share));
    return scaled(places, height(bins.reference), height(bins.current));
  }
}

/** Categories side by side, equally wide. */
export function categoryShape({ reference, counts }: FeatureWindow): Shape | null {
  if (reference.length === 0) return null;
  const places = Array.from({ length: reference.length + 1 }, (_, i) => i / reference.length);
  return scaled(places, sharesOf(reference), sharesOf(counts));
}

/** Share of the rows with a value that lie outside of the reference's range; `null` without any. */
export function outsideShare({ bins, counts }: FeatureWindow): number | null {
  const present = counts.reduce((sum, count) => sum + count, 0);
  if (bins.of === 'categories' || bins.edges.length === 0 || present === 0) return null;
  return ((counts[0] ?? 0) + (counts.at(-1) ?? 0)) / present;
}

function inner({ bins, reference, counts }: FeatureWindow) {
  if (bins.of === 'categories' || bins.edges.length === 0) return null;
  const [only] = bins.edges;
  const edges = bins.edges.length === 1 ? [only ?? 0, only ?? 0] : bins.edges;
  return drawnBins({
    edges,
    reference: sharesOf(reference).slice(1, -1),
    current: sharesOf(counts).slice(1, -1),
  });
}

function sharesOf(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0) || 1;
  return counts.map((count) => count / total);
}

function scaled(
  places: readonly number[],
  reference: readonly number[],
  current: readonly number[],
): Shape {
  const top = Math.max(...reference, ...current) || 1;
  const toScale = (heights: readonly number[]) => heights.map((height) => height / top);
  return { places, reference: toScale(reference), current: toScale(current) };
}
