import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import { createDetector } from '../../../../monitoring/drift/streaming/index.js';

/**
 * Delay and false alarms on streams of errors: rate 0.2 for 10,000 values, then p₁ for 5,000.
 * Expected: false alarms in 10,000 values before the change, then for each p₁ the streams out of
 * 100 in which the change was found, and the mean delay. Measured once with ports of the published
 * algorithms on other random numbers, so that both sides have sampling error.
 */
const STREAMS = 100;
const BEFORE = 10_000;
const AFTER = 5_000;
const RATES = [0.25, 0.3, 0.4] as const;

const EXPECTED = {
  adwin: [0, [100, 1606], [100, 443], [100, 141]],
  'page-hinkley': [0.19, [98, 787], [100, 368], [100, 172]],
  'hddm-a': [0.09, [97, 1875], [100, 593], [100, 229]],
  'hddm-w': [0.66, [93, 1248], [100, 344], [100, 59]],
  ddm: [0.51, [55, 1974], [69, 1237], [86, 1056]],
  eddm: [20.5, [86, 1556], [99, 974], [98, 536]],
} as const;

interface Measured {
  readonly falseAlarms: number;
  readonly delays: readonly number[];
}

function measure(name: string, rate: number, seed: number): Measured {
  const delays: number[] = [];
  let falseAlarms = 0;
  for (let stream = 0; stream < STREAMS; stream += 1) {
    const random = seededRandom(seed + stream);
    const detector = createDetector(name);
    for (let i = 0; i < BEFORE; i += 1) {
      if (detector.update(random() < 0.2 ? 1 : 0).drift) falseAlarms += 1;
    }
    for (let i = 0; i < AFTER; i += 1) {
      if (!detector.update(random() < rate ? 1 : 0).drift) continue;
      delays.push(i);
      break;
    }
  }
  return { falseAlarms: falseAlarms / STREAMS, delays };
}

function meanAndError(values: readonly number[]): readonly [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, Math.sqrt(squares / (values.length - 1) / values.length)];
}

describe('delay and false alarms on Bernoulli streams', () => {
  const seed = 20_000;

  it.each(Object.keys(EXPECTED) as (keyof typeof EXPECTED)[])('%s', (name) => {
    const [falseAlarms, ...cells] = EXPECTED[name];
    const rows = RATES.map((rate) => measure(name, rate, seed));
    const first = rows[0]?.falseAlarms ?? Number.NaN;
    const shown = rows.map(
      ({ delays }) => `${delays.length}/${meanAndError(delays)[0].toFixed(0)}`,
    );
    console.log(`seed ${seed}, ${name}: false ${first.toFixed(2)}, ${shown.join(', ')}`);
    // Both counts are Poisson at most, over 100 streams each; one more alarm for a count of none.
    const countError = Math.sqrt((first + falseAlarms) / STREAMS) + 1 / STREAMS;
    expect(Math.abs(first - falseAlarms)).toBeLessThan(3 * countError);
    for (const [i, [hits, delay]] of cells.entries()) {
      const found = rows[i]?.delays ?? [];
      const share = (hits + found.length) / (2 * STREAMS);
      const hitError = Math.sqrt(2 * STREAMS * share * (1 - share)) + 1;
      expect(Math.abs(found.length - hits)).toBeLessThan(3 * hitError);
      const [mean, error] = meanAndError(found);
      expect(Math.abs(mean - delay)).toBeLessThan(3 * Math.SQRT2 * error);
    }
  });
});
