import { describe, expect, test } from 'vitest';
import {
  CALENDAR_FIELDS,
  CalendarFault,
  fireTimesBetween,
  nextFireTimes,
  parseCron,
  parseField,
  rangesOf,
  restrictsBothDays,
  valuesOfRange,
} from '../../calendar/index.js';
import type { CalendarRange, CalendarSpec } from '../../contracts/index.js';
import { fc } from '../support/property.js';

const SEED = 20_270_328;
const MINUTE = 60_000;
const DAY = 86_400_000;

/** Some values of a cron field, as a list of them. */
const values = (min: number, max: number) =>
  fc.oneof(
    fc.constant('*'),
    fc
      .uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 4 })
      .map((list) => list.join(',')),
    fc.integer({ min: 1, max: Math.max(2, Math.floor(max / 2)) }).map((step) => `*/${step}`),
  );
const crons = fc
  .tuple(values(0, 59), values(0, 23), values(1, 28), values(1, 12), values(0, 6))
  .map((fields) => fields.join(' '));

const has = (ranges: readonly CalendarRange[], value: number) =>
  ranges.some(
    ({ start, end, step }) => value >= start && value <= end && (value - start) % step === 0,
  );

/** Whether a minute matches, said in the plainest way. */
function matches(
  { minute, hour, dayOfMonth, month, dayOfWeek }: CalendarSpec,
  ms: number,
): boolean {
  const at = new Date(ms);
  return (
    has(minute, at.getUTCMinutes()) &&
    has(hour, at.getUTCHours()) &&
    has(dayOfMonth, at.getUTCDate()) &&
    has(month, at.getUTCMonth() + 1) &&
    has(dayOfWeek, at.getUTCDay())
  );
}

describe('the times of a schedule', () => {
  test(`in UTC are all the minutes that match, and no others (seed ${SEED})`, () => {
    const days = fc.integer({ min: 0, max: 1_000 }).map((day) => Date.UTC(2026, 0, 1) + day * DAY);
    fc.assert(
      fc.property(crons, days, (cron, from) => {
        const to = from + 3 * DAY - 1;
        const calendar = parseCron(cron);
        const expected: number[] = [];
        for (let at = from; at <= to; at += MINUTE) if (matches(calendar, at)) expected.push(at);
        expect(fireTimesBetween({ cron, timezone: 'UTC' }, from, to)).toEqual(expected);
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  test(`in any zone rise, and do not depend on where one begins to look (seed ${SEED})`, () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe');
    fc.assert(
      fc.property(crons, zones, (cron, timezone) => {
        const times = nextFireTimes({ cron, timezone }, Date.UTC(2026, 5, 1), 20);
        const [, second = 0] = times;
        expect([...times].sort((a, b) => a - b)).toEqual(times);
        expect(nextFireTimes({ cron, timezone }, second, times.length - 2)).toEqual(times.slice(2));
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  test('end with the year 2100, and where endAt says', () => {
    const spec = { cron: '0 0 29 2 *', timezone: 'UTC' };
    expect(nextFireTimes(spec, Date.UTC(2092, 0, 1), 9)).toEqual([
      Date.UTC(2092, 1, 29),
      Date.UTC(2096, 1, 29),
    ]);
    expect(
      nextFireTimes({ ...spec, endAt: '2092-03-01T00:00:00Z' }, Date.UTC(2092, 0, 1), 9),
    ).toEqual([Date.UTC(2092, 1, 29)]);
  });
});

describe('cron expressions', () => {
  test('shorthands, names, sunday twice, and a value with a step', () => {
    expect(parseCron('@weekly')).toEqual(parseCron('0 0 * * SUN'));
    expect(parseCron('0 0 * * 7')).toEqual(parseCron('0 0 * * 0'));
    expect(parseCron('0 0 * JAN-MAR monday')).toEqual(parseCron('0 0 * 1-3 1'));
    expect(parseCron('5/15 * * * *').minute).toEqual([{ start: 5, end: 50, step: 15 }]);
    expect(parseCron('0 0 * * 5-7').dayOfWeek).toEqual([
      { start: 0, end: 0, step: 1 },
      { start: 5, end: 6, step: 1 },
    ]);
  });

  test('two restricted days are told from one', () => {
    expect(restrictsBothDays('0 0 13 * FRI')).toBe(true);
    expect(restrictsBothDays('0 0 */2 * FRI')).toBe(false);
    expect(restrictsBothDays('@weekly')).toBe(false);
  });

  test.each([
    '',
    '* * * *',
    'a b c d e',
    '60 * * * *',
    '* * 0 * *',
    '1--2 * * * *',
    '1,,2 * * * *',
  ])('%j is no expression', (text) => expect(() => parseCron(text)).toThrow(CalendarFault));

  test(`one set of values has one form (seed ${SEED})`, () => {
    const field = CALENDAR_FIELDS.minute;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 59 }), { minLength: 1 }), (list) => {
        const ranges = rangesOf(list, field);
        const back = ranges.flatMap((range) => valuesOfRange(range, field));
        expect(back.sort((a, b) => a - b)).toEqual([...new Set(list)].sort((a, b) => a - b));
        expect(rangesOf(list.toReversed(), field)).toEqual(ranges);
        expect(parseField(list.join(','), field)).toEqual(ranges);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});
