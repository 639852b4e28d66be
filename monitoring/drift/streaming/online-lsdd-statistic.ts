import type { RandomState } from './random-state.js';
import {
  gaussianKernel,
  medianBandwidth,
  type Rows,
  rowsAt,
  squaredDistance,
} from './row-distances.js';
import { choleskyFactor, solveLower, solveUpper } from './triangular-factor.js';
import type { PreparedStatistic, WindowTest } from './window-test.js';

export interface LsddSettings {
  readonly windowSize: number;
  /** Rows of the reference that carry a kernel. */
  readonly centres: number;
  /** λ; a kernel's inner product with itself counts 1. */
  readonly ridge: number;
}

/**
 * Least-squares density difference ∫(p − q)², times (πσ²)^(d/2) so that it is finite in any dimension d.
 *
 * With Gaussian kernels at centres c drawn from the reference, h the mean kernel vector of the
 * reference less that of the window, H the kernels' inner products and θ = (H + λI)⁻¹h, the estimate
 * is 2θᵀh − θᵀHθ. With H + λI = RRᵀ that is |R⁻¹h|² + λ|θ|²: the squared length of the mean of
 * features [R⁻¹k, √λ(H + λI)⁻¹k] of rows, so that a row costs once and a step only a mean.
 *
 * @see M. Sugiyama et al., Density-Difference Estimation, Neural Computation 25, 2013
 */
export function prepareLsdd(
  reference: Rows,
  { windowSize, centres: centreCount, ridge }: LsddSettings,
  random: RandomState,
): PreparedStatistic {
  const count = reference.values.length / reference.width;
  const bandwidth = medianBandwidth(reference);
  const places = Int32Array.from({ length: count }, (_, place) => place);
  random.chooseFirst(places, centreCount);
  const centres = rowsAt(reference, places.subarray(0, centreCount));
  const kernels = Array.from({ length: count }, (_, row) =>
    kernelsTo(centres, reference, row, bandwidth),
  );
  const features = ridgeFeatures(innerProducts(centres, bandwidth), ridge);
  const ofRows = kernels.map(features);
  const open: PreparedStatistic['open'] = ({ kept, first }) => {
    const mean = meanOf(Array.from(kept, (row) => ofRows[row] ?? new Float64Array()));
    const test = new LsddWindow(mean, windowSize, (row) =>
      features(kernelsTo(centres, row, 0, bandwidth)),
    );
    for (const row of first) test.push(rowsAt(reference, Int32Array.of(row)));
    return test;
  };
  return {
    open,
    simulate: (streams, draws) => simulateLsdd(ofRows, windowSize, streams, draws),
  };
}

type Features = (kernels: Float64Array) => Float64Array;

class LsddWindow implements WindowTest {
  /** Features of the window's rows, oldest first. */
  readonly #rows: Float64Array[];

  constructor(
    private readonly referenceMean: Float64Array,
    size: number,
    private readonly featuresOf: (row: Rows) => Float64Array,
  ) {
    this.#rows = Array.from({ length: size }, () => new Float64Array(referenceMean.length));
  }

  push(row: Rows): number {
    this.#rows.shift();
    this.#rows.push(this.featuresOf(row));
    return squaredDifference(this.referenceMean, meanOf(this.#rows));
  }
}

function ridgeFeatures(products: Float64Array, ridge: number): Features {
  const size = Math.sqrt(products.length);
  const ridged = products.map((value, i) => value + (i % (size + 1) === 0 ? ridge : 0));
  const factor = choleskyFactor(ridged, size);
  return (kernels) => {
    const both = new Float64Array(2 * size);
    const [lower, theta] = [both.subarray(0, size), both.subarray(size)];
    solveLower(factor, kernels, lower);
    solveUpper(factor, lower, theta);
    for (let i = 0; i < size; i += 1) theta[i] = (theta[i] ?? 0) * Math.sqrt(ridge);
    return both;
  };
}

function simulateLsdd(
  rows: readonly Float64Array[],
  windowSize: number,
  streams: number,
  random: RandomState,
): Float64Array {
  const size = rows[0]?.length ?? 0;
  const kept = rows.length - 2 * windowSize;
  const places = Int32Array.from({ length: rows.length }, (_, place) => place);
  const total = new Float64Array(size);
  for (const row of rows) add(total, row, 1);
  const statistics = new Float64Array(streams * windowSize);
  const [ofKept, ofWindow] = [new Float64Array(size), new Float64Array(size)];
  const drawn = (i: number) => rows[places[i] ?? 0] ?? total;
  for (let stream = 0; stream < streams; stream += 1) {
    random.chooseFirst(places, 2 * windowSize);
    ofKept.set(total);
    for (let i = 0; i < 2 * windowSize; i += 1) add(ofKept, drawn(i), -1);
    ofWindow.fill(0);
    for (let i = 0; i < windowSize; i += 1) add(ofWindow, drawn(i), 1);
    for (let step = 0; step < windowSize; step += 1) {
      add(ofWindow, drawn(step), -1);
      add(ofWindow, drawn(step + windowSize), 1);
      let sum = 0;
      for (let k = 0; k < size; k += 1) {
        const difference = (ofKept[k] ?? 0) / kept - (ofWindow[k] ?? 0) / windowSize;
        sum += difference * difference;
      }
      statistics[stream * windowSize + step] = sum;
    }
  }
  return statistics;
}

/** ∫ k(x, c) k(x, c′) dx for each two centres, divided by (πσ²)^(d/2). */
function innerProducts(centres: Rows, bandwidth: number): Float64Array {
  const size = centres.values.length / centres.width;
  return Float64Array.from({ length: size * size }, (_, place) => {
    const squared = squaredDistance(centres, Math.floor(place / size), centres, place % size);
    return gaussianKernel(squared / 2, bandwidth);
  });
}

function kernelsTo(centres: Rows, rows: Rows, row: number, bandwidth: number): Float64Array {
  return Float64Array.from({ length: centres.values.length / centres.width }, (_, centre) =>
    gaussianKernel(squaredDistance(centres, centre, rows, row), bandwidth),
  );
}

function add(sum: Float64Array, row: Float64Array, sign: 1 | -1): void {
  for (let k = 0; k < sum.length; k += 1) sum[k] = (sum[k] ?? 0) + sign * (row[k] ?? 0);
}

function meanOf(rows: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(rows[0]?.length ?? 0);
  for (const row of rows) add(sum, row, 1);
  return sum.map((value) => value / rows.length);
}

function squaredDifference(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k += 1) sum += ((a[k] ?? 0) - (b[k] ?? 0)) ** 2;
  return sum;
}
