import type { RandomState } from './random-state.js';
import {
  gaussianKernel,
  medianBandwidth,
  type Rows,
  rowsAt,
  squaredDistance,
} from './row-distances.js';
import type { PreparedStatistic, ReferenceSplit, WindowTest } from './window-test.js';

/**
 * Squared maximum mean discrepancy between a reference X of m rows and a window Y of w:
 * Σ k(x, x′) / m(m − 1) − 2 Σ k(x, y) / mw + Σ k(y, y′) / w(w − 1), with a Gaussian kernel.
 */
export function prepareMmd(reference: Rows, windowSize: number): PreparedStatistic {
  const count = reference.values.length / reference.width;
  const bandwidth = medianBandwidth(reference);
  const kernels = pairwiseKernels(reference, bandwidth);
  const sums = Float64Array.from({ length: count }, (_, i) =>
    sumOf(kernels.subarray(i * count, (i + 1) * count)),
  );
  const open = ({ kept, first }: ReferenceSplit): WindowTest => {
    const rows = rowsAt(reference, kept);
    const test = new MmdWindow(rows, bandwidth, windowSize, meanWithin(kernels, count, kept));
    for (const row of first) test.push(rowsAt(reference, Int32Array.of(row)));
    return test;
  };
  const simulate = (streams: number, random: RandomState) =>
    simulateMmd({ kernels, sums, count, windowSize }, streams, random);
  return { open, simulate };
}

class MmdWindow implements WindowTest {
  /** Mean kernel of each row of the window with the reference, oldest first. */
  readonly #toReference: Float64Array;
  /** Kernels between rows of the window; only those above the diagonal are kept up. */
  readonly #between: Float64Array;
  readonly #window: Float64Array;

  constructor(
    private readonly reference: Rows,
    private readonly bandwidth: number,
    private readonly size: number,
    private readonly withinReference: number,
  ) {
    this.#toReference = new Float64Array(size);
    this.#between = new Float64Array(size * size);
    this.#window = new Float64Array(size * reference.width);
  }

  push(row: Rows): number {
    const { reference, bandwidth, size } = this;
    const { width } = reference;
    const count = reference.values.length / width;
    this.#window.copyWithin(0, width);
    this.#window.set(row.values, (size - 1) * width);
    this.#toReference.copyWithin(0, 1);
    // One along the diagonal: what stood between rows i + 1 and j + 1 stands between i and j.
    this.#between.copyWithin(0, size + 1);
    let sum = 0;
    for (let i = 0; i < count; i += 1) {
      sum += gaussianKernel(squaredDistance(reference, i, row, 0), bandwidth);
    }
    this.#toReference[size - 1] = sum / count;
    const window: Rows = { values: this.#window, width };
    for (let i = 0; i < size - 1; i += 1) {
      const squared = squaredDistance(window, i, row, 0);
      this.#between[i * size + size - 1] = gaussianKernel(squared, bandwidth);
    }
    return this.#statistic();
  }

  #statistic(): number {
    const { size } = this;
    let [crossed, within] = [0, 0];
    for (let i = 0; i < size; i += 1) {
      crossed += this.#toReference[i] ?? 0;
      for (let j = i + 1; j < size; j += 1) within += this.#between[i * size + j] ?? 0;
    }
    return this.withinReference - (2 * crossed) / size + (2 * within) / (size * (size - 1));
  }
}

interface Simulation {
  /** Between all rows of the reference, `count` × `count`. */
  readonly kernels: Float64Array;
  /** Of each row of `kernels`. */
  readonly sums: Float64Array;
  readonly count: number;
  readonly windowSize: number;
}

function simulateMmd(
  { kernels, sums, count, windowSize }: Simulation,
  streams: number,
  random: RandomState,
): Float64Array {
  const drawn = 2 * windowSize;
  const kept = count - drawn;
  const places = Int32Array.from({ length: count }, (_, place) => place);
  const total = sumOf(sums);
  const between = new Float64Array(drawn * drawn);
  const toKept = new Float64Array(drawn);
  const statistics = new Float64Array(streams * windowSize);
  for (let stream = 0; stream < streams; stream += 1) {
    random.chooseFirst(places, drawn);
    let [drawnSums, drawnTotal] = [0, 0];
    for (let i = 0; i < drawn; i += 1) {
      const row = (places[i] ?? 0) * count;
      let sum = 0;
      for (let j = 0; j < drawn; j += 1) {
        const kernel = kernels[row + (places[j] ?? 0)] ?? 0;
        between[i * drawn + j] = kernel;
        sum += kernel;
      }
      const all = sums[places[i] ?? 0] ?? 0;
      toKept[i] = (all - sum) / kept;
      drawnSums += all;
      drawnTotal += sum;
    }
    // Each kernel of a row with itself is 1.
    const withinKept = (total - 2 * drawnSums + drawnTotal - kept) / (kept * (kept - 1));
    let [crossed, within] = [0, 0];
    for (let end = 0; end < drawn; end += 1) {
      const start = end - windowSize;
      crossed += (toKept[end] ?? 0) - (start < 0 ? 0 : (toKept[start] ?? 0));
      for (let i = Math.max(0, start + 1); i < end; i += 1) within += between[end * drawn + i] ?? 0;
      if (start < 0) continue;
      for (let i = start + 1; i < end; i += 1) within -= between[start * drawn + i] ?? 0;
      statistics[stream * windowSize + start] =
        withinKept - (2 * crossed) / windowSize + (2 * within) / (windowSize * (windowSize - 1));
    }
  }
  return statistics;
}

function pairwiseKernels(rows: Rows, bandwidth: number): Float64Array {
  const count = rows.values.length / rows.width;
  const kernels = new Float64Array(count * count).fill(1);
  for (let i = 1; i < count; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const kernel = gaussianKernel(squaredDistance(rows, i, rows, j), bandwidth);
      kernels[i * count + j] = kernel;
      kernels[j * count + i] = kernel;
    }
  }
  return kernels;
}

/** Mean kernel between two different rows of those kept. */
function meanWithin(kernels: Float64Array, count: number, kept: Int32Array): number {
  let sum = 0;
  for (const i of kept) for (const j of kept) if (i !== j) sum += kernels[i * count + j] ?? 0;
  return sum / (kept.length * (kept.length - 1));
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
