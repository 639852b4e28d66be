import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MillraceError, type ScheduleSpec, SEARCH_ATTRIBUTES } from '../../contracts/index.js';
import { backfillSchedule } from '../../temporal/schedule-backfill.js';
import {
  applySchedule,
  deleteSchedule,
  describeSchedule,
  listSchedules,
  type ScheduledWorkflow,
  setPaused,
  triggerSchedule,
} from '../../temporal/schedules.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
let connection: Connection;
let client: Client;
let id: string;
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
beforeEach(() => {
  count += 1;
  id = `schedule/bikes-${count}`;
});

const SPEC: ScheduleSpec = {
  cron: '0 3 * * MON',
  timezone: 'Europe/Berlin',
  overlap: 'skip',
  catchupWindowMs: 3_600_000,
};
/** Without its times. */
const PLAIN = { timezone: 'Europe/Berlin', overlap: 'skip', catchupWindowMs: 60_000 } as const;
const ACTION: ScheduledWorkflow = {
  workflow: 'requestRetrain',
  workflowId: 'retrain/bikes',
  taskQueue: 'nobody-listens',
  input: { model: 'bikes' },
  searchAttributes: { [SEARCH_ATTRIBUTES.model]: 'bikes' },
};

test('applying twice creates once and then changes nothing', async () => {
  expect(await applySchedule(client, id, SPEC, ACTION)).toEqual({
    id,
    change: 'created',
    differences: [],
    paused: false,
  });
  expect(await applySchedule(client, id, SPEC, ACTION)).toMatchObject({ change: 'unchanged' });
});

test('applying a changed file updates, names the differences, and keeps the pause', async () => {
  await applySchedule(client, id, SPEC, ACTION);
  await client.schedule.getHandle(id).pause('holidays');
  const change = await applySchedule(
    client,
    id,
    { ...SPEC, timezone: 'UTC', overlap: 'bufferOne' },
    ACTION,
  );
  expect(change).toEqual({
    id,
    change: 'updated',
    differences: [
      { field: 'timezone', from: 'Europe/Berlin', to: 'UTC' },
      { field: 'overlap', from: 'skip', to: 'bufferOne' },
    ],
    paused: true,
  });
  expect(await describeSchedule(client, id)).toMatchObject({
    paused: true,
    spec: { timezone: 'UTC', overlap: 'bufferOne' },
  });
});

test('the next runs are the local time of the zone, over a change of the clocks', async () => {
  await applySchedule(client, id, { ...SPEC, cron: '0 3 * * *' }, ACTION);
  const { nextRuns } = await describeSchedule(client, id);
  const hours = nextRuns.map((run) =>
    new Intl.DateTimeFormat('en-GB', { hour: '2-digit', timeZone: 'Europe/Berlin' }).format(
      new Date(run),
    ),
  );
  expect(hours.length).toBeGreaterThan(0);
  expect(new Set(hours)).toEqual(new Set(['03']));
});

test('a trigger starts the workflow with its input and search attributes', async () => {
  await applySchedule(client, id, SPEC, { ...ACTION, workflowId: `retrain/${count}` });
  await triggerSchedule(client, id);
  await expect
    .poll(async () => (await describeSchedule(client, id)).lastRun, { timeout: 10_000 })
    .not.toBeNull();
  const { recentActions } = (await client.schedule.getHandle(id).describe()).info;
  const started = client.workflow.getHandle(recentActions[0]?.action.workflow.workflowId ?? '');
  const description = await started.describe();
  expect(description.type).toBe('requestRetrain');
  expect(description.workflowId).toMatch(new RegExp(`^retrain/${count}-\\d{4}-`));
  expect(description.searchAttributes[SEARCH_ATTRIBUTES.model]).toEqual(['bikes']);
});

test('the list holds what was applied, not what others made', async () => {
  await applySchedule(client, id, SPEC, ACTION);
  await client.schedule.create({
    scheduleId: `foreign-${count}`,
    spec: {},
    action: { type: 'startWorkflow', workflowType: 'x', taskQueue: 'x', args: [] },
  });
  const ids = async () => (await listSchedules(client)).map((info) => info.id);
  await expect.poll(ids, { timeout: 10_000 }).toContain(id);
  expect(await ids()).not.toContain(`foreign-${count}`);
});

test('a deleted schedule is gone, and deleting it again names it', async () => {
  await applySchedule(client, id, SPEC, ACTION);
  await deleteSchedule(client, id);
  for (const again of [deleteSchedule, triggerSchedule, describeSchedule]) {
    const error = await again(client, id).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MillraceError);
    expect(error).toMatchObject({
      type: 'NotFound',
      message: `there is no schedule named ${id.slice('schedule/'.length)}`,
    });
  }
});

test('a zone that the server does not know is refused, and the error names it', async () => {
  const error = await applySchedule(
    client,
    id,
    { ...SPEC, timezone: 'Mars/Olympus' },
    ACTION,
  ).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ type: 'InvalidInput' });
  expect((error as MillraceError).message).toContain('Mars/Olympus');
});

describe('what an apply finds and changes', () => {
  const updatedAt = async () => (await client.schedule.getHandle(id).describe()).info.lastUpdatedAt;
  const CHANGES: readonly (readonly [string, Partial<ScheduleSpec>, string, string])[] = [
    ['cron', { cron: '0 4 * * MON' }, '0 3 * * MON', '0 4 * * MON'],
    ['cron', { cron: ['0 3 * * MON', '@monthly'] }, '0 3 * * MON', '["0 3 * * MON","@monthly"]'],
    ['timezone', { timezone: 'Asia/Kolkata' }, 'Europe/Berlin', 'Asia/Kolkata'],
    ['overlap', { overlap: 'terminateOther' }, 'skip', 'terminateOther'],
    ['catchupWindowMs', { catchupWindowMs: 60_000 }, '3600000', '60000'],
    ['jitterMs', { jitterMs: 60_000 }, 'none', '60000'],
    ['pauseOnFailure', { pauseOnFailure: true }, 'none', 'true'],
    ['startAt', { startAt: '2027-01-01T00:00:00Z' }, 'none', '2027-01-01T00:00:00Z'],
    ['endAt', { endAt: '2027-01-01T00:00:00Z' }, 'none', '2027-01-01T00:00:00Z'],
  ];

  test.each(CHANGES)('%s: %j', async (field, change, from, to) => {
    await applySchedule(client, id, SPEC, ACTION);
    const after = { ...SPEC, ...change };
    const { change: done, differences } = await applySchedule(client, id, after, ACTION);
    expect({ done, differences }).toEqual({ done: 'updated', differences: [{ field, from, to }] });
    // What was written is what is found: the server keeps no field in another form.
    const written = await updatedAt();
    expect(await applySchedule(client, id, after, ACTION)).toMatchObject({ change: 'unchanged' });
    expect(await updatedAt()).toEqual(written);
    const back = await applySchedule(client, id, SPEC, ACTION);
    expect(back.differences.map((difference) => difference.field)).toEqual([field]);
    expect(await applySchedule(client, id, SPEC, ACTION)).toMatchObject({ change: 'unchanged' });
  });

  test.each<ScheduleSpec>([
    { ...PLAIN, every: { intervalMs: 21_600_000, offsetMs: 1_800_000 } },
    { ...PLAIN, cron: ['*/7 1-5 * * *', '5/20 */6 1,15 JAN-JUN 5-7'] },
    {
      ...PLAIN,
      calendar: [
        {
          second: [{ start: 0, end: 0, step: 1 }],
          minute: [{ start: 0, end: 59, step: 1 }],
          hour: [{ start: 6, end: 12, step: 2 }],
          dayOfMonth: [{ start: 1, end: 31, step: 1 }],
          month: [{ start: 1, end: 1, step: 1 }],
          year: [{ start: 2028, end: 2029, step: 1 }],
          dayOfWeek: [{ start: 0, end: 6, step: 1 }],
        },
      ],
    },
  ])('an unchanged schedule of every kind is left as it is: %j', async (spec) => {
    await applySchedule(client, id, spec, ACTION);
    expect(await applySchedule(client, id, spec, ACTION)).toMatchObject({ change: 'unchanged' });
  });

  test('a parameter of the run is named alone, and the words that only repeat it are not', async () => {
    const action = (n: number, reason: string) => ({
      ...ACTION,
      input: { params: { n, m: 1 }, reason },
    });
    await applySchedule(client, id, SPEC, action(3, 'a'));
    const { differences } = await applySchedule(client, id, SPEC, action(4, 'b'));
    expect(differences).toEqual([{ field: 'params.n', from: '3', to: '4' }]);
  });

  test('a schedule that an earlier version applied, by its cron text, is left as it is', async () => {
    const spec = { ...PLAIN, cron: '*/20 3,4 * * 1-5', timezone: 'UTC' } as const;
    const { workflow, workflowId, taskQueue, input, searchAttributes } = ACTION;
    await client.schedule.create({
      scheduleId: id,
      spec: { cronExpressions: [spec.cron], timezone: spec.timezone },
      policies: { overlap: 'SKIP', catchupWindow: spec.catchupWindowMs, pauseOnFailure: false },
      action: {
        type: 'startWorkflow',
        workflowType: workflow,
        workflowId,
        taskQueue,
        args: [input],
        memo: { millraceSchedule: { spec, action: ACTION } },
        searchAttributes: Object.fromEntries(
          Object.entries(searchAttributes).map(([name, value]) => [name, [value]]),
        ),
      },
    });
    expect((await describeSchedule(client, id)).spec).toEqual(spec);
    expect(await applySchedule(client, id, spec, ACTION)).toMatchObject({ change: 'unchanged' });
  });

  test('what another tool changed is found and put right', async () => {
    await applySchedule(client, id, SPEC, ACTION);
    await client.schedule.getHandle(id).update((previous) => ({
      ...previous,
      spec: { calendars: [{ hour: 5 }], timezone: 'UTC' },
      policies: { ...previous.policies, overlap: 'ALLOW_ALL' },
    }));
    const { change, differences } = await applySchedule(client, id, SPEC, ACTION);
    expect(change).toBe('updated');
    expect(differences.map(({ field }) => field)).toEqual(['times', 'timezone', 'overlap']);
    expect(await applySchedule(client, id, SPEC, ACTION)).toMatchObject({ change: 'unchanged' });
  });
});

describe('a pause', () => {
  test('has its reason, and survives an apply that changes something and one that does not', async () => {
    await applySchedule(client, id, SPEC, ACTION);
    expect(await setPaused(client, id, true, 'ann: holidays')).toBe(true);
    expect(await setPaused(client, id, true, 'ann: long holidays')).toBe(false);
    const paused = { paused: true, note: 'ann: long holidays' };
    expect(await applySchedule(client, id, SPEC, ACTION)).toMatchObject({ paused: true });
    await applySchedule(client, id, { ...SPEC, cron: '@daily' }, ACTION);
    expect(await describeSchedule(client, id)).toMatchObject(paused);
    expect(await setPaused(client, id, false, 'ann: back')).toBe(true);
    expect(await setPaused(client, id, false, 'bob: again')).toBe(false);
    expect(await describeSchedule(client, id)).toMatchObject({ paused: false, note: 'ann: back' });
  });
});

describe('a backfill', () => {
  const DAILY: ScheduleSpec = { ...SPEC, cron: '30 2 * * *' };
  const runsOf = async (): Promise<readonly string[]> => {
    const { recentActions } = (await client.schedule.getHandle(id).describe()).info;
    return recentActions.map(({ action }) => action.workflow.workflowId.slice(-20)).sort();
  };

  test('starts what it says, its ends included, and nothing on a dry run', async () => {
    await applySchedule(client, id, DAILY, { ...ACTION, workflowId: `b/${count}` });
    await setPaused(client, id, true, 'a pause does not hold a backfill');
    const span = {
      fromMs: Date.parse('2026-06-01T00:30:00Z'),
      toMs: Date.parse('2026-06-04T00:30:00Z'),
      overlap: 'allowAll',
    } as const;
    const planned = await backfillSchedule(client, id, { ...span, dryRun: true });
    expect(planned).toEqual([1, 2, 3, 4].map((day) => `2026-06-0${day}T00:30:00Z`));
    expect(await runsOf()).toEqual([]);
    expect(await backfillSchedule(client, id, { ...span, dryRun: false })).toEqual(planned);
    await expect.poll(runsOf, { timeout: 20_000, interval: 200 }).toEqual(planned);
  });

  test('counts a local time that comes twice once', async () => {
    const timezone = 'America/New_York';
    await applySchedule(client, id, { ...SPEC, cron: '30 1 * * *', timezone }, ACTION);
    const span = { fromMs: Date.parse('2026-10-31'), toMs: Date.parse('2026-11-02') };
    const request = { ...span, overlap: 'bufferAll', dryRun: true } as const;
    expect(await backfillSchedule(client, id, request)).toEqual([
      '2026-10-31T05:30:00Z',
      '2026-11-01T05:30:00Z',
    ]);
  });

  test('of more times than the server keeps is refused before anything is started', async () => {
    await applySchedule(client, id, { ...SPEC, cron: '* * * * *' }, ACTION);
    const span = { fromMs: Date.parse('2026-01-01'), toMs: Date.parse('2026-01-02') };
    const request = { ...span, overlap: 'bufferAll', dryRun: false } as const;
    const error = await backfillSchedule(client, id, request).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ type: 'InvalidInput' });
    expect(await runsOf()).toEqual([]);
  });
});
