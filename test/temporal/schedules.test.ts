import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MillraceError, type ScheduleSpec, SEARCH_ATTRIBUTES } from '../../contracts/index.js';
import {
  applySchedule,
  deleteSchedule,
  describeSchedule,
  listSchedules,
  type ScheduledWorkflow,
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

test.each([{ cron: 'every monday' }, { timezone: 'Mars/Olympus' }])(
  'the server refuses %o and the error names it',
  async (wrong) => {
    const error = await applySchedule(client, id, { ...SPEC, ...wrong }, ACTION).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ type: 'InvalidInput' });
    expect((error as MillraceError).message).toContain(Object.values(wrong)[0]);
  },
);
