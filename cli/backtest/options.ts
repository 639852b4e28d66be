import { InvalidArgumentError } from 'commander';
import { NAMED_CADENCES } from '../../backtest/strategies/cadences.js';
import { parseDurationMs, parseEventTimeMs } from '../../contracts/index.js';
import { suggestion } from '../../pipelines/nearest.js';
import { UsageError } from '../errors.js';

/** What `millrace backtest` is asked for. */
export interface BacktestOptions {
  readonly data: string;
  readonly every?: number;
  readonly from?: string;
  readonly policy?: string;
  readonly compare: readonly string[];
  readonly drifts: readonly number[];
  readonly price: number;
  readonly param?: Readonly<Record<string, string>>;
  readonly html?: string;
  readonly svg?: string;
  readonly cache?: string;
  readonly tune?: boolean;
  readonly trials: number;
  readonly trainShare: number;
  readonly retrainWeight: number;
  readonly maxTime: number;
  readonly seed: number;
}

export const DEFAULT_COMPARE: readonly string[] = ['never', 'weekly', 'every:14d', 'every:28d'];

/** Reads a duration of at least a minute, in ms. */
export function readDuration(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === null || ms < 60_000) {
    throw new InvalidArgumentError('it must be a duration from 1m, such as 24h or 7d');
  }
  return ms;
}

/** Reads `never,weekly,every:14d`; the names are looked at once variants are known. */
export function readCompare(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('it must be names with commas between');
  return [...new Set(names)];
}

/** Reads event times with commas between, in ms, ascending. */
export function readDrifts(text: string): readonly number[] {
  const times = text.split(',').map((part) => parseEventTimeMs(part.trim()));
  const known = times.flatMap((time) => (time === null ? [] : [time]));
  if (known.length < times.length) {
    throw new InvalidArgumentError('it must be times such as 2011-06-01,2011-09-01T00:00:00Z');
  }
  return [...new Set(known)].sort((a, b) => a - b);
}

export function readPrice(text: string): number {
  const price = numberIn(text);
  if (!(price >= 0 && price < Number.POSITIVE_INFINITY)) {
    throw new InvalidArgumentError('it must be a number from 0');
  }
  return price;
}

/** Reads `--train-share`: between 0 and 1, neither of them. */
export function readTrainShare(text: string): number {
  const share = numberIn(text);
  if (!(share > 0 && share < 1)) throw new InvalidArgumentError('it must be between 0 and 1');
  return share;
}

export function readSeed(text: string): number {
  const seed = numberIn(text);
  if (Number.isSafeInteger(seed)) return seed;
  throw new InvalidArgumentError('it must be a whole number');
}

/**
 * @param variants - names of the strategies of `--policy`
 * @throws UsageError on a name that is no strategy, with the nearest that is one
 */
export function checkCompare(compare: readonly string[], variants: readonly string[]): void {
  const known = ['never', ...Object.keys(NAMED_CADENCES), 'policy', 'oracle', ...variants];
  for (const name of compare) {
    if (known.includes(name)) continue;
    if (name.startsWith('every:')) {
      const ms = parseDurationMs(name.slice('every:'.length));
      if (ms !== null && ms >= 60_000) continue;
      throw new UsageError(`${name} is no cadence`, 'write every:14d, of a minute or more');
    }
    throw new UsageError(
      `there is no strategy called ${name}`,
      suggestion(name, [...known, 'every:14d']),
    );
  }
}

function numberIn(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
