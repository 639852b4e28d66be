import { describe, expect, test } from 'vitest';
import {
  clockChanges,
  type FireSpec,
  isRepeatedTime,
  nextFireTimes,
  sameClockBefore,
  zoneClock,
} from '../../calendar/index.js';

const YEAR_2027 = [Date.UTC(2027, 0, 1), Date.UTC(2028, 0, 1)] as const;

const changesOf = (spec: FireSpec) =>
  clockChanges(spec, ...YEAR_2027).map(({ at, shiftMs, skipped, doubled, added }) => ({
    at,
    minutes: shiftMs / 60_000,
    ...(skipped.length > 0 && { skipped }),
    ...(doubled.length > 0 && { doubled }),
    ...(added.length > 0 && { added }),
  }));

describe('what the changes of the clocks do to a schedule', () => {
  test('a daily time in the hour that goes and comes', () => {
    expect(changesOf({ cron: '30 2 * * *', timezone: 'Europe/Berlin' })).toEqual([
      { at: '2027-03-28T01:00:00Z', minutes: 60, skipped: ['2027-03-28T02:30:00'] },
      { at: '2027-10-31T01:00:00Z', minutes: -60, doubled: ['2027-10-31T02:30:00'] },
    ]);
    expect(changesOf({ cron: '30 1 * * *', timezone: 'America/New_York' })).toEqual([
      { at: '2027-11-07T06:00:00Z', minutes: -60, doubled: ['2027-11-07T01:30:00'] },
    ]);
  });

  test('the bounds of the hours: 02:00 is the first that goes, 03:00 is there, and so back', () => {
    const cron = '0 1-3 * * *';
    expect(changesOf({ cron, timezone: 'Europe/Berlin' })).toEqual([
      { at: '2027-03-28T01:00:00Z', minutes: 60, skipped: ['2027-03-28T02:00:00'] },
      { at: '2027-10-31T01:00:00Z', minutes: -60, doubled: ['2027-10-31T02:00:00'] },
    ]);
  });

  test.each([
    [{ cron: '0 4 * * *', timezone: 'Europe/Berlin' }],
    [{ cron: '30 2 * * MON', timezone: 'Europe/Berlin' }],
    [{ cron: '30 2 * * *', timezone: 'Asia/Kolkata' }],
    [{ cron: '* * * * *', timezone: 'UTC' }],
    [{ every: { intervalMs: 60_000, offsetMs: 0 }, timezone: 'Europe/Berlin' }],
    [{ cron: '30 2 * * *', timezone: 'Europe/Berlin', endAt: '2027-03-01T00:00:00Z' }],
  ] satisfies [FireSpec][])('nothing: %j', (spec) => {
    expect(changesOf(spec)).toEqual([]);
  });

  test('a schedule of every twenty minutes: every copy of them, or none', () => {
    const timezone = 'America/New_York';
    expect(changesOf({ cron: '*/20 * * * *', timezone })).toMatchObject([
      { skipped: ['2027-03-14T02:00:00', '2027-03-14T02:20:00', '2027-03-14T02:40:00'] },
      { doubled: ['2027-11-07T01:00:00', '2027-11-07T01:20:00', '2027-11-07T01:40:00'] },
    ]);
  });

  test('east of Greenwich the server loses an hour of a frequent schedule when clocks go back', () => {
    const [forward, back] = changesOf({ cron: '* * * * *', timezone: 'Europe/Berlin' });
    expect(forward?.skipped).toHaveLength(60);
    expect(back?.skipped).toHaveLength(60);
    expect(back?.doubled).toEqual(['2027-10-31T02:00:00', '2027-10-31T02:01:00']);
  });

  test('half an hour on Lord Howe Island, where the server fires besides', () => {
    const timezone = 'Australia/Lord_Howe';
    expect(changesOf({ cron: '45 1 * * *', timezone })).toMatchObject([
      { at: '2027-04-03T15:00:00Z', minutes: -30, doubled: ['2027-04-04T01:45:00'] },
    ]);
    expect(changesOf({ cron: '0 1 * * *', timezone })).toEqual([
      { at: '2027-04-03T15:00:00Z', minutes: -30, added: ['2027-04-04T01:30:00'] },
    ]);
    expect(changesOf({ cron: '15 2 * * *', timezone })).toEqual([
      {
        at: '2027-10-02T15:30:00Z',
        minutes: 30,
        skipped: ['2027-10-03T02:15:00'],
        added: ['2027-10-03T02:45:00'],
      },
    ]);
  });

  test('a day whose midnight is skipped counts by the day before: the noon of a Sunday in Chile', () => {
    expect(changesOf({ cron: '0 12 * * SUN', timezone: 'America/Santiago' })).toEqual([
      { at: '2027-09-05T04:00:00Z', minutes: 60, skipped: ['2027-09-05T12:00:00'] },
    ]);
    expect(changesOf({ cron: '0 12 * * SAT', timezone: 'America/Santiago' })).toEqual([
      { at: '2027-09-05T04:00:00Z', minutes: 60, added: ['2027-09-05T12:00:00'] },
    ]);
  });
});

describe('the second copy of a local time', () => {
  const newYork = { cron: '30 1 * * *', timezone: 'America/New_York' };
  test('is known by the first, which fired too', () => {
    const [first = 0, second = 0] = nextFireTimes(newYork, Date.UTC(2027, 10, 7), 2);
    expect(second - first).toBe(3_600_000);
    expect(isRepeatedTime(newYork, first)).toBe(false);
    expect(isRepeatedTime(newYork, second)).toBe(true);
    const from = new Date(second).toISOString();
    expect(isRepeatedTime({ ...newYork, startAt: from }, second)).toBe(false);
  });

  test('is found in every zone whose clocks are put back, and in no hour after', () => {
    expect(sameClockBefore('Europe/Berlin', Date.UTC(2026, 9, 25, 1, 0))).toBe(
      Date.UTC(2026, 9, 25, 0, 0),
    );
    expect(sameClockBefore('Europe/Berlin', Date.UTC(2026, 9, 25, 1, 59, 59))).not.toBeNull();
    expect(sameClockBefore('Europe/Berlin', Date.UTC(2026, 9, 25, 2, 0))).toBeNull();
    expect(sameClockBefore('Europe/Berlin', Date.UTC(2026, 9, 25, 0, 59))).toBeNull();
    expect(sameClockBefore('Europe/Berlin', Date.UTC(2027, 2, 28, 1, 30))).toBeNull();
    expect(sameClockBefore('UTC', Date.UTC(2026, 9, 25, 1, 30))).toBeNull();
    // 01:45 comes twice, half an hour apart.
    const lordHowe = Date.UTC(2027, 3, 3, 15, 15);
    expect(sameClockBefore('Australia/Lord_Howe', lordHowe)).toBe(lordHowe - 1_800_000);
  });

  test('a wall time goes to an instant and back, and a skipped one does not', () => {
    const clock = zoneClock('America/New_York');
    const noon = Date.UTC(2027, 6, 1, 12);
    expect(clock.wallMs(clock.instantMs(noon))).toBe(noon);
    const skipped = Date.UTC(2027, 2, 14, 2, 30);
    expect(clock.wallMs(clock.instantMs(skipped))).not.toBe(skipped);
  });
});
