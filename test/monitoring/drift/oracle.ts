import { readFileSync } from 'node:fs';

/** What `test/oracles/make_<name>.py` wrote, with dashes for underscores. */
export function readOracle<T>(name: string): T {
  return JSON.parse(
    readFileSync(new URL(`../../oracles/${name}.json`, import.meta.url), 'utf8'),
  ) as T;
}

/** Difference over the expected value; 0 where both are the same, also at 0 and ±∞. */
export function relativeError(actual: number, expected: number): number {
  return actual === expected ? 0 : Math.abs(actual - expected) / Math.abs(expected);
}
