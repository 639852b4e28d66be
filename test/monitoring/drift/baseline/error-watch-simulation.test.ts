import { expect, it } from 'vitest';
import { type ErrorWatchState, watchErrors } from '../../../../monitoring/drift/index.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';

const HOURS = 168;
const QUIET_WEEKS = 20;
const WEEKS = 26;
const SEEDS = Array.from({ length: 30 }, (_, index) => index + 1);

/** Exponential errors by the hour; from week 20 on they are half as large again. */
function simulate(seed: number, levelAt: (hourOfDay: number) => number) {
  const random = seededRandom(seed);
  let state: ErrorWatchState | null = null;
  let falseWeeks = 0;
  let found: number | null = null;
  for (let week = 0; week < WEEKS; week += 1) {
    const rise = week < QUIET_WEEKS ? 1 : 1.5;
    const errors = Float64Array.from({ length: HOURS }, (_, hour) => {
      return -Math.log(1 - random()) * levelAt(hour % 24) * rise;
    });
    const timesMs = errors.map((_, hour) => week * HOURS + hour);
    const window = { timesMs, errors, atRegistration: 1, minRows: 100 };
    const watch = watchErrors({ detector: 'adwin', options: {} }, state, window);
    state = watch.state;
    if (watch.verdict !== 'drift') continue;
    if (week < QUIET_WEEKS) falseWeeks += 1;
    else found ??= week - QUIET_WEEKS;
  }
  return { falseWeeks, found };
}

it.each([
  ['even over the day', () => 1, 30],
  ['four times larger by day', (hour: number) => (hour >= 8 && hour < 20 ? 1.6 : 0.4), 24],
] as const)(
  'ADWIN calls no quiet week a drift, and finds errors half as large again: %s',
  (name, levelAt, fewest) => {
    const streams = SEEDS.map((seed) => simulate(seed, levelAt));
    const falseWeeks = streams.reduce((sum, stream) => sum + stream.falseWeeks, 0);
    const found = streams.flatMap((stream) => (stream.found === null ? [] : [stream.found]));
    const late = found.reduce((sum, weeks) => sum + weeks, 0) / found.length;
    console.info(
      `${name}: seeds 1 to ${SEEDS.length}, ${falseWeeks} false of ${SEEDS.length * QUIET_WEEKS} weeks, found in ${found.length}, ${late.toFixed(1)} weeks late`,
    );
    expect(falseWeeks).toBeLessThanOrEqual(6);
    expect(found.length).toBeGreaterThanOrEqual(fewest);
    expect(late).toBeLessThan(1);
  },
);
