import { seededRandom } from '../samples/seeded-random.js';
import { type Matrix, takeRows } from './matrix.js';

/**
 * `count` of the places 0 … `size` − 1 without replacement, ascending.
 *
 * @param random - gives numbers in [0, 1)
 */
export function drawPlaces(size: number, count: number, random: () => number): Int32Array {
  const places = Int32Array.from({ length: size }, (_, i) => i);
  for (let i = 0; i < count; i += 1) {
    const other = i + Math.floor(random() * (size - i));
    const kept = places[i] ?? 0;
    places[i] = places[other] ?? 0;
    places[other] = kept;
  }
  return places.slice(0, count).sort();
}

/** At most `maxRows` rows, drawn without replacement; the matrix itself where it has no more. */
export function capRows(matrix: Matrix, maxRows: number, random: () => number): Matrix {
  if (matrix.rows <= maxRows) return matrix;
  return takeRows(matrix, drawPlaces(matrix.rows, maxRows, random));
}

/** Two halves of a matrix's rows at random, the second larger by one where the number is odd. */
export function splitInHalf(matrix: Matrix, random: () => number): readonly [Matrix, Matrix] {
  const first = drawPlaces(matrix.rows, Math.floor(matrix.rows / 2), random);
  const taken = new Set(first);
  const second = Array.from({ length: matrix.rows }, (_, i) => i).filter((i) => !taken.has(i));
  return [takeRows(matrix, first), takeRows(matrix, second)];
}

/** Places of at most `maxRows` rows, ascending: all where there are no more. */
export function capPlaces(rows: number, maxRows: number, seed: number): Int32Array {
  return drawPlaces(rows, Math.min(rows, maxRows), seededRandom(seed));
}
