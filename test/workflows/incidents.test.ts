import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Incident } from '../../contracts/index.js';
import { MESSAGE, monitorWorkflowId } from '../../contracts/index.js';
import { runCli } from '../support/cli-process.js';
import { eventually } from '../support/eventually.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';
import {
  checkNow,
  closeDay,
  decisions,
  serveDays,
  TRAINING_DAYS,
  watchedPipeline,
  writeTrainingData,
} from './watched-model.js';

const MODEL = 'troubled';

let stack: TestStack;
let worker: TestProcess;
let gateway: TestProcess;
beforeAll(async () => {
  stack = await startTestStack();
  [worker, gateway] = await Promise.all([stack.startWorker(), stack.startGateway()]);
  writeTrainingData(stack);
  const yaml = watchedPipeline(MODEL).replace('performance: retrain', 'performance: alert');
  expect(await stack.result(await stack.startRun(yaml))).toMatchObject({ status: 'completed' });
  await eventually(async () => {
    const [lease] = await stack.registry.leases();
    expect(lease?.servedVersions[MODEL]).toBe(1);
  });
});
afterAll(() => stack.close());

/** Serves days of which each is whole or broken, and has them decided. */
async function live(fromDay: number, days: readonly ('whole' | 'broken')[]): Promise<void> {
  for (const [index, day] of days.entries()) {
    await serveDays(gateway, MODEL, fromDay + index, 1, day === 'broken');
  }
  await closeDay(gateway, MODEL, fromDay + days.length - 1);
  await checkNow(stack, MODEL);
  await decisions(stack, MODEL, fromDay + days.length - TRAINING_DAYS);
}

async function incident(number: number, status: Incident['status']): Promise<Incident> {
  let found: Incident | null = null;
  await eventually(async () => {
    found = await stack.registry.incident(MODEL, number);
    expect(found?.status).toBe(status);
  });
  if (found === null) throw new Error(`there is no incident ${number}`);
  return found;
}

/** What was told of an incident, once there are so many. */
async function told(number: number, count: number): Promise<readonly string[]> {
  let keys: readonly string[] = [];
  await eventually(async () => {
    const group = `incident/${MODEL}/${number}`;
    const deliveries = await stack.registry.alertDeliveries({ group });
    keys = [...new Set(deliveries.map(({ key }) => key.slice(group.length + 1)))].sort();
    expect(keys).toHaveLength(count);
  });
  return keys;
}

const millrace = (...args: string[]) =>
  runCli(stack.directory, args, {
    MILLRACE_HOME: stack.home.root,
    TEMPORAL_ADDRESS: stack.server.address,
  });

it('a trouble is one incident, from its first window until two are clean, though the worker is killed', async () => {
  await live(TRAINING_DAYS, ['whole', 'broken']);
  const opened = await incident(1, 'open');
  expect(opened).toMatchObject({
    kind: 'concept-drift',
    severity: 'info',
    version: 1,
    since: '2011-01-16T00:00:00Z',
    respondedAt: null,
  });
  // The deploy is one window old: a candidate.
  expect(opened.causes).toContainEqual(
    expect.objectContaining({ what: 'deploy', name: 'version 1' }),
  );
  // The log knows when the day's rows arrived.
  expect(Date.parse(opened.arrivedAt ?? '')).toBeLessThanOrEqual(Date.parse(opened.openedAt));

  await worker.end('SIGKILL');
  worker = await stack.startWorker();
  await live(TRAINING_DAYS + 2, ['broken', 'whole', 'whole']);
  const closed = await incident(1, 'closed');
  expect(closed.severity).toBe('warning');
  expect(
    closed.windows.map(({ window, change }) => `${window.start.slice(0, 10)} ${change}`),
  ).toEqual([
    '2011-01-16 opened',
    '2011-01-17 escalated',
    '2011-01-18 recovered',
    '2011-01-19 closed',
  ]);
  expect(closed.resolution).toMatchObject({ how: 'recovered', actor: 'monitor' });
  // That it is over is told to those who were told of it: here no channel is set up.
  expect(await told(1, 2)).toEqual(['escalated/warning', 'opened']);
});

it('a person closes an incident through the monitor; what continues is another', async () => {
  await live(TRAINING_DAYS + 5, ['broken']);
  await incident(2, 'open');
  const handle = stack.temporal.client.workflow.getHandle(monitorWorkflowId(MODEL));
  const malformed = handle.executeUpdate(MESSAGE.closeIncident, { args: [{ number: 0 }] });
  await expect(malformed).rejects.toThrow();
  const shut = await millrace('incidents', 'close', `${MODEL}#2`, '--note', 'a test of the bells');
  expect(shut).toMatchObject({ code: 0 });
  expect(await incident(2, 'closed')).toMatchObject({
    resolution: { how: 'closed-by-person', note: 'a test of the bells' },
  });
  await live(TRAINING_DAYS + 6, ['broken']);
  await incident(3, 'open');
  expect((await stack.registry.incidents({ model: MODEL })).map(({ number }) => number)).toEqual([
    3, 2, 1,
  ]);
  const status = await millrace('status', '--json');
  expect(JSON.parse(status.stdout).models).toMatchObject([
    {
      name: MODEL,
      incident: { name: `${MODEL}#3`, kind: 'concept-drift' },
      verdict: 'concept-drift',
    },
  ]);
});
