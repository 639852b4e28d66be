import { Environment } from '@marcbachmann/cel-js';
import { parseDurationMs, parseEventTimeMs } from '../../contracts/index.js';
import { Duration, TIMESTAMP_RANGE_MS, Timestamp } from './time-values.js';

/**
 * The CEL environment that expressions run in once {@link toDialect} has rewritten them: every number
 * is a double, division that has no finite result is an error, times are {@link Timestamp}s.
 *
 * The functions whose names begin with `mr` are what the rewriting puts in place of CEL's own.
 *
 * @param anyRoot - true to evaluate (names are looked up when they are needed), false to check
 */
export function createEnvironment(anyRoot: boolean): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: anyRoot,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 2_000, maxDepth: 64, maxListElements: 500, maxMapEntries: 200 },
  });
  const define = (signature: string, handler: (...args: never[]) => unknown): void => {
    environment.registerFunction(signature, handler, { async: false });
  };

  environment.registerType('Timestamp', Timestamp);
  environment.registerType('Duration', Duration);

  define('mrDivide(double, double): double', (a: number, b: number) => {
    if (b === 0) throw new Error('division by zero');
    return a / b;
  });
  define('mrRemainder(double, double): double', (a: number, b: number) => {
    if (b === 0) throw new Error('remainder of a division by zero');
    return a % b;
  });
  define('mrDouble(double): double', (value: number) => value);
  define('mrDouble(string): double', readNumber);
  define('mrInt(double): double', (value: number) => Math.trunc(value));
  define('mrInt(string): double', (text: string) => Math.trunc(readNumber(text)));

  define('mrTimestamp(string): Timestamp', readTimestamp);
  define('mrTimestamp(double): Timestamp', (seconds: number) => timestampAt(seconds * 1_000));
  define('mrTimestamp(Timestamp): Timestamp', (value: Timestamp) => value);
  define('mrDuration(string): Duration', readDuration);
  define('mrDuration(Duration): Duration', (value: Duration) => value);
  define('string(Timestamp): string', (value: Timestamp) => value.toText());
  define('string(Duration): string', (value: Duration) => value.toText());

  const operator = <L, R>(signature: string, handler: (a: L, b: R) => unknown): void => {
    environment.registerOperator(signature, handler);
  };
  operator('Timestamp - Timestamp: Duration', (a: Timestamp, b: Timestamp) => {
    return new Duration(a.ms - b.ms);
  });
  operator('Timestamp - Duration: Timestamp', (a: Timestamp, b: Duration) => {
    return timestampAt(a.ms - b.ms);
  });
  operator('Timestamp + Duration: Timestamp', (a: Timestamp, b: Duration) => {
    return timestampAt(a.ms + b.ms);
  });
  operator('Duration + Timestamp: Timestamp', (a: Duration, b: Timestamp) => {
    return timestampAt(a.ms + b.ms);
  });
  operator('Duration + Duration: Duration', (a: Duration, b: Duration) => {
    return new Duration(a.ms + b.ms);
  });
  operator('Duration - Duration: Duration', (a: Duration, b: Duration) => {
    return new Duration(a.ms - b.ms);
  });
  for (const type of ['Timestamp', 'Duration']) {
    operator(`${type} == ${type}`, (a: { ms: number }, b: { ms: number }) => a.ms === b.ms);
    operator(`${type} < ${type}`, (a: { ms: number }, b: { ms: number }) => a.ms < b.ms);
    operator(`${type} <= ${type}`, (a: { ms: number }, b: { ms: number }) => a.ms <= b.ms);
    operator(`${type} > ${type}`, (a: { ms: number }, b: { ms: number }) => a.ms > b.ms);
    operator(`${type} >= ${type}`, (a: { ms: number }, b: { ms: number }) => a.ms >= b.ms);
  }

  for (const [name, read] of CALENDAR_FIELDS) {
    define(`Timestamp.${name}(): double`, (value: Timestamp) => read(new Date(value.ms)));
  }
  for (const [name, unitMs] of DURATION_UNITS) {
    define(`Duration.${name}(): double`, (value: Duration) => Math.trunc(value.ms / unitMs));
  }
  return environment;
}

/** In UTC; months and days of the week count from 0, as in CEL. */
const CALENDAR_FIELDS: readonly (readonly [string, (date: Date) => number])[] = [
  ['getFullYear', (date) => date.getUTCFullYear()],
  ['getMonth', (date) => date.getUTCMonth()],
  ['getDate', (date) => date.getUTCDate()],
  ['getDayOfMonth', (date) => date.getUTCDate() - 1],
  ['getDayOfWeek', (date) => date.getUTCDay()],
  ['getHours', (date) => date.getUTCHours()],
  ['getMinutes', (date) => date.getUTCMinutes()],
  ['getSeconds', (date) => date.getUTCSeconds()],
  ['getMilliseconds', (date) => date.getUTCMilliseconds()],
];

/** A duration counted in whole units. */
const DURATION_UNITS: readonly (readonly [string, number])[] = [
  ['getHours', 3_600_000],
  ['getMinutes', 60_000],
  ['getSeconds', 1_000],
  ['getMilliseconds', 1],
];

function readNumber(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new Error(`${JSON.stringify(text)} is not a finite number`);
  return value;
}

function readTimestamp(text: string): Timestamp {
  const ms = parseEventTimeMs(text);
  if (ms === null) {
    throw new Error(`${JSON.stringify(text)} is not a date or time (2011-07-01T05:00:00Z)`);
  }
  return timestampAt(ms);
}

function timestampAt(ms: number): Timestamp {
  if (!(ms >= TIMESTAMP_RANGE_MS.min && ms <= TIMESTAMP_RANGE_MS.max)) {
    throw new Error('the time is outside the years 1 to 9999');
  }
  return new Timestamp(Math.round(ms));
}

function readDuration(text: string): Duration {
  const negative = text.startsWith('-');
  const ms = parseDurationMs(negative ? text.slice(1) : text);
  if (ms === null) {
    throw new Error(`${JSON.stringify(text)} is not a duration (90s, 1h30m, 4320h, 7d)`);
  }
  return new Duration(negative ? -ms : ms);
}
