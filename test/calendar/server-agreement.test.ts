import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calendarsOf, type FireSpec, nextFireTimes } from '../../calendar/index.js';
import { toTemporalSpec } from '../../temporal/schedule-options.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
let connection: Connection;
let client: Client;
let count = 0;
beforeAll(async () => {
  server = await startTestServer();
  connection = await Connection.connect({ address: server.address });
  client = new Client({ connection });
});
afterAll(async () => {
  await connection?.close();
  await server?.close();
});

/** What the server itself says a schedule does next. */
async function serverTimes(spec: FireSpec): Promise<readonly string[]> {
  count += 1;
  const handle = await client.schedule.create({
    scheduleId: `agreement-${count}`,
    spec: toTemporalSpec(spec),
    action: { type: 'startWorkflow', workflowType: 'x', taskQueue: 'nobody', args: [] },
    state: { paused: true },
  });
  const { info } = await handle.describe();
  return info.nextActionTimes.map((time) => time.toISOString());
}

function ourTimes(spec: FireSpec): readonly string[] {
  return nextFireTimes(spec, Date.now(), 10).map((time) => new Date(time).toISOString());
}

/** Both, shortened to as many as the server tells; asked again where a time passed meanwhile. */
async function bothTimes(
  spec: FireSpec,
): Promise<{ readonly theirs: readonly string[]; readonly ours: readonly string[] }> {
  const before = ourTimes(spec);
  const theirs = await serverTimes(spec);
  const after = ourTimes(spec);
  if (before[0] !== after[0]) return bothTimes(spec);
  return { theirs, ours: after.slice(0, theirs.length) };
}

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/Santiago',
];
const CRONS = [
  '0 3 * * MON',
  '30 2 * * *',
  '*/17 1-3 * * *',
  '0 0 29 2 *',
  '5/20 */6 1,15 JAN-JUN *',
  '0 12 13 * FRI',
  '0 9 * * 5-7',
  '@monthly',
];

describe('the next times are those of the server', () => {
  for (const timezone of ZONES) {
    test.each(CRONS)(`cron %s in ${timezone}`, async (cron) => {
      const { theirs, ours } = await bothTimes({ cron, timezone });
      expect(theirs.length).toBeGreaterThanOrEqual(5);
      expect(ours).toEqual(theirs);
    });
  }

  test.each([
    { intervalMs: 3_600_000, offsetMs: 0 },
    { intervalMs: 28 * 86_400_000, offsetMs: 276_180_000 },
    { intervalMs: 7 * 86_400_000, offsetMs: 3_600_000 },
    { intervalMs: 7_000, offsetMs: 3_000 },
  ])('every $intervalMs ms from $offsetMs ms', async (every) => {
    // From a start on, so that no time passes between the two.
    const spec = { every, timezone: 'Europe/Berlin', startAt: '2027-03-27T23:59:59Z' };
    const { theirs, ours } = await bothTimes(spec);
    expect(ours).toEqual(theirs);
  });

  test('several cron expressions, of which two say the same', async () => {
    const cron = ['0 6 * * *', '0 18 * * *', '0 6 * * MON'];
    const { theirs, ours } = await bothTimes({ cron, timezone: 'Asia/Kolkata' });
    expect(ours).toEqual(theirs);
    expect(new Set(ours).size).toBe(ours.length);
  });

  test('a calendar with seconds and years', async () => {
    const [base] = calendarsOf({ cron: '0 6 * * *' });
    if (base === undefined) throw new Error('the expression has a calendar');
    const calendar = [
      {
        ...base,
        second: [{ start: 15, end: 45, step: 15 }],
        year: [{ start: 2028, end: 2030, step: 2 }],
      },
    ];
    const { theirs, ours } = await bothTimes({ calendar, timezone: 'America/New_York' });
    expect(ours[0]).toBe('2028-01-01T11:00:15.000Z');
    expect(ours).toEqual(theirs);
  });

  test('nothing comes before startAt or after endAt', async () => {
    const { theirs, ours } = await bothTimes({
      cron: '0 * * * *',
      timezone: 'UTC',
      startAt: '2027-01-01T05:00:00Z',
      endAt: '2027-01-01T07:00:00Z',
    });
    expect(theirs).toHaveLength(3);
    expect(ourTimes({ cron: '0 * * * *', timezone: 'UTC', endAt: '2027-01-01T00:00:00Z' })[0]).toBe(
      (await serverTimes({ cron: '0 * * * *', timezone: 'UTC' }))[0],
    );
    expect(ours).toEqual(theirs);
  });
});

describe('where the clocks change', () => {
  test.each([
    ['Europe/Berlin', '2027-10-30T23:55:00Z'],
    ['Europe/Berlin', '2027-03-28T00:55:00Z'],
    ['America/New_York', '2027-11-07T05:55:00Z'],
    ['Australia/Lord_Howe', '2027-04-03T14:55:00Z'],
  ])('every minute in %s from %s', async (timezone, startAt) => {
    const { theirs, ours } = await bothTimes({ cron: '* * * * *', timezone, startAt });
    expect(theirs).toHaveLength(10);
    expect(ours).toEqual(theirs);
  });

  /** A little before clocks are put forward and back. */
  const CHANGES: readonly (readonly [string, string])[] = [
    ['Europe/Berlin', '2027-03-27T20:00:00Z'],
    ['Europe/Berlin', '2027-10-30T20:00:00Z'],
    ['America/New_York', '2027-03-14T02:00:00Z'],
    ['America/New_York', '2027-11-07T02:00:00Z'],
    ['Australia/Lord_Howe', '2027-04-03T09:00:00Z'],
    ['Australia/Lord_Howe', '2027-10-02T10:00:00Z'],
    ['America/Santiago', '2027-04-03T22:00:00Z'],
    ['America/Santiago', '2027-09-04T22:00:00Z'],
    ['Asia/Kolkata', '2027-03-27T20:00:00Z'],
  ];
  const AROUND = [
    '30 2 * * *',
    '0 1 * * *',
    '15,45 1 * * *',
    '0 * * * *',
    '*/20 0-3 * * *',
    '30 0 * * *',
    '0 12 * * SUN',
    '0 12 * * SAT',
    '10 2 * * SUN',
    '30 23 * * SAT',
  ];
  test.each(CHANGES)('in %s from %s', async (timezone, startAt) => {
    for (const cron of AROUND) {
      const { theirs, ours } = await bothTimes({ cron, timezone, startAt });
      expect(theirs.length).toBeGreaterThanOrEqual(5);
      expect({ cron, times: ours }).toEqual({ cron, times: theirs });
    }
  });
});
