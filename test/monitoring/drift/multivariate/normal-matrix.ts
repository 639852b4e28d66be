import type { Matrix } from '../../../../monitoring/drift/index.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';

/** Independent standard normal numbers plus `shift`, by Box and Muller's transform. */
export function normalMatrix(seed: number, rows: number, columns: number, shift = 0): Matrix {
  const random = seededRandom(seed);
  const values = Float64Array.from(
    { length: rows * columns },
    () => shift + Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
  return { rows, columns, values };
}
