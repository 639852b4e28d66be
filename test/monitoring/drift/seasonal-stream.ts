import { seededRandom } from '../../../monitoring/drift/samples/seeded-random.js';

export const HOUR_MS = 3_600_000;
export const WEEK_MS = 7 * 24 * HOUR_MS;
/** A Monday. */
export const START_MS = Date.parse('2024-01-01T00:00Z');

/** Standard normal numbers, by Box and Muller. */
export function normals(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * Hourly numbers without drift that are no independent draws: a day's course, a slow wave of
 * `waveWeeks`, and noise of which 95 % stays from hour to hour.
 */
export function seasonalStream(seed: number, hours: number, waveWeeks = 6): Float64Array {
  const next = normals(seed);
  const phase = seed * 0.7;
  let noise = 0;
  return Float64Array.from({ length: hours }, (_, hour) => {
    noise = 0.95 * noise + Math.sqrt(1 - 0.95 ** 2) * next();
    const day = Math.sin((2 * Math.PI * hour) / 24);
    const wave = Math.sin((2 * Math.PI * hour) / (24 * 7 * waveWeeks) + phase);
    return day + 0.5 * wave + noise;
  });
}

export function hourTimes(hours: number): Float64Array {
  return Float64Array.from({ length: hours }, (_, hour) => START_MS + hour * HOUR_MS);
}
