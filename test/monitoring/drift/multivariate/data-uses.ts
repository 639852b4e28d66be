import {
  type DataUse,
  type Matrix,
  type MultivariateData,
  windowSeries,
} from '../../../../monitoring/drift/index.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import { mixedFrame } from './data-frames.js';
import { normalMatrix } from './normal-matrix.js';

/** Data of each kind, before (`drift` 0) and after, as a step would bring it to a comparison. */
export const DATA_OF_USE: Readonly<
  Record<
    Exclude<DataUse, 'online' | 'feature-level'>,
    (seed: number, drift: number) => MultivariateData
  >
> = {
  tabular: (seed, drift) => {
    const { columns } = mixedFrame(seed, 200, 3, drift);
    return { kind: 'frame', columns: columns.filter(({ column }) => column.kind === 'numeric') };
  },
  'categorical-features': (seed, drift) => {
    const { columns } = mixedFrame(seed, 200, 3, drift);
    return {
      kind: 'frame',
      columns: columns.filter(({ column }) => column.kind === 'categorical'),
    };
  },
  image: (seed, drift) => vectors('pixels', images(seed, drift)),
  'time-series': (seed, drift) => vectors('windows', windowSeries(swing(seed, drift), 12)),
  text: (seed, drift) => vectors('words', texts(seed, drift)),
};

const vectors = (name: string, matrix: Matrix): MultivariateData => ({
  kind: 'vectors',
  name,
  matrix,
});

/** 6 × 6 grey pixels with a bright spot; with drift it stands elsewhere. */
function images(seed: number, drift: number): Matrix {
  const matrix = normalMatrix(seed, 150, 36);
  for (let row = 0; row < matrix.rows; row += 1) {
    const spot = row * 36 + (drift === 0 ? 7 : 28);
    for (const pixel of [spot, spot + 1]) matrix.values[pixel] = 4 + (matrix.values[pixel] ?? 0);
  }
  return matrix;
}

/** A series that swings around 0; with drift it stays longer where it is. */
function swing(seed: number, drift: number): Float64Array {
  const { values } = normalMatrix(seed, 2_400, 1);
  const kept = drift === 0 ? 0.2 : 0.9;
  let level = 0;
  return Float64Array.from(values, (noise) => {
    level = kept * level + Math.sqrt(1 - kept ** 2) * noise;
    return level;
  });
}

const WORDS = ['the', 'mill', 'turns', 'water', 'wheel', 'grain', 'stone', 'flour'];

/** Sentences of eight words as the share of each word: the plainest of embeddings. */
function texts(seed: number, drift: number): Matrix {
  const random = seededRandom(seed);
  const values = new Float64Array(150 * WORDS.length);
  for (let row = 0; row < 150; row += 1) {
    for (let word = 0; word < 8; word += 1) {
      const skewed = random() ** (1 + drift);
      const at = row * WORDS.length + Math.floor(skewed * WORDS.length);
      values[at] = (values[at] ?? 0) + 1 / 8;
    }
  }
  return { rows: 150, columns: WORDS.length, values };
}
