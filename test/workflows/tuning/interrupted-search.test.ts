import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { MESSAGE } from '../../../contracts/index.js';
import { eventually } from '../../support/eventually.js';
import { startTestStack, type TestStack } from '../../support/test-stack.js';
import { race, type SearchWorld, searchWorld, WHO } from './search-world.js';

let stack: TestStack;
let world: SearchWorld;

beforeAll(async () => {
  stack = await startTestStack();
  world = searchWorld(stack);
  await stack.startWorker();
});
afterAll(() => stack?.close());

/** What steps wait for that keep a worker's places. */
const PLACES_FREE = 1;

function waitingSteps(count: number): string {
  const work = `until [ -e "$MILLRACE_BASE_DIRECTORY/on-${PLACES_FREE}" ]; do sleep 0.1; done; echo "{}" > outputs.json`;
  const steps = Array.from(
    { length: count },
    (_, index) => `  busy${index}: { run: [sh, -c, '${work}'], cache: false }`,
  );
  return ['apiVersion: millrace/v1', 'name: busy', 'steps:', ...steps, ''].join('\n');
}

describe('a search', () => {
  it('that is cancelled while it asks for the next trial waits for those that run, and keeps them', async () => {
    const values = [40, 42, 44];
    const trials = await stack.startWorker({ MILLRACE_WORKER_QUEUES: 'trials' });
    const options =
      'maxParallel: 2\n      halving: { rungs: [9], asynchronous: true }\n      space: { x: { choice: [40, 42, 44] } }';
    const run = await stack.startRun(race(options, 'trials'));
    await eventually(async () => expect(world.begun(values)).toHaveLength(2));
    // What the search asks for finds no place from here on; trials have a worker of their own.
    const places = Math.max(2, availableParallelism());
    onTestFinished(() => world.letGoOn(PLACES_FREE));
    const busy = await stack.startRun(waitingSteps(places));
    await eventually(async () => {
      const steps = await stack.registry.steps(busy.runId);
      expect(steps.filter(({ status }) => status === 'running')).toHaveLength(places);
    });
    const [first = 0] = world.begun(values);
    world.letGoOn(first);
    const search = world.searchOf(run);
    await eventually(async () => {
      const { pendingActivities } = (await search.describe()).raw;
      expect(pendingActivities?.map(({ activityType }) => activityType?.name)).toEqual([
        'suggestTrials',
      ]);
    });
    await world.handleOf(run).cancel();
    const { result, history } = await world.ended(run);
    expect(result).toMatchObject({ status: 'cancelled' });
    const statuses = (trials: readonly { params: object; status: string }[]) =>
      trials.map(({ params, status }) => [{ ...params }, status]);
    expect(statuses(history?.trials ?? [])).toEqual(
      values.slice(0, -1).map((x) => [{ x }, x === first ? 'completed' : 'cancelled']),
    );
    const recorded = (await world.trialsOf(run.runId)).map(({ status }) => status).sort();
    expect(recorded).toEqual(['cancelled', 'completed']);
    await eventually(async () => expect(world.processesLeft()).toEqual([]));
    world.letGoOn(PLACES_FREE);
    expect(await stack.result(busy)).toMatchObject({ status: 'completed' });
    await trials.end('SIGTERM');
  });

  it('that compares trials at once begins none while it is paused, and the next when it goes on', async () => {
    const values = [60, 62, 64];
    const run = await stack.startRun(
      race(
        'maxParallel: 2\n      goal: maximise\n      halving: { rungs: [2], factor: 2, asynchronous: true }\n      space: { x: { choice: [60, 62, 64] } }',
      ),
    );
    await eventually(async () => expect(world.begun(values)).toEqual([60, 62]));
    await world.pause(run);
    world.letGoOn(60);
    const of = async (x: number) =>
      (await world.trialsOf(run.runId)).find(({ params }) => params['x'] === x)?.status;
    await eventually(async () => expect(await of(60)).toBe('completed'));
    await eventually(async () => expect(await world.askedSinceEnd(run)).toBe(0));
    expect(world.begun(values)).toEqual([60, 62]);
    await world.handleOf(run).signal(MESSAGE.resumeRun, WHO);
    await eventually(async () => expect(world.begun(values)).toEqual(values));
    // It did not wait for the one that still runs.
    expect(await of(62)).toBe('running');
    world.letGoOn(62);
    await eventually(async () => expect(await of(62)).toBe('completed'));
    world.letGoOn(64);
    const { result, history } = await world.ended(run);
    expect(result).toMatchObject({ status: 'completed' });
    expect(history?.trials.map(({ status }) => status)).toEqual(Array(3).fill('completed'));
  });

  it('that waits for all at a rung is paused with its trials, and decides the rung when they go on', async () => {
    writeFileSync(
      join(stack.directory, 'two-steps.yaml'),
      `apiVersion: millrace/v1
name: two-steps
params: { x: { type: integer, default: 0 } }
steps:
  first: { run: [sh, -c, 'until [ -e "$MILLRACE_BASE_DIRECTORY/on-70" ]; do sleep 0.05; done; echo "{}" > outputs.json'] }
  learn:
    run: [sh, -c, 'echo "{\\"step\\": 1, \\"metrics\\": {\\"loss\\": $1}}" >&3; [ "$1" = 0 ] || sleep 600; echo "{\\"metrics\\": {\\"loss\\": $1}}" > outputs.json', sh, "\${params.x}"]
    needs: [first]
outputs: { loss: "\${steps.learn.metrics.loss}" }
`,
    );
    const run = await stack.startRun(
      'apiVersion: millrace/v1\nname: search\nsteps:\n  tune: { uses: tune, with: { file: two-steps.yaml, metric: loss, method: grid, halving: { rungs: [1], factor: 2 }, space: { x: { int: [0, 1], step: 1 } } } }\n',
    );
    const running = async (step: string, status: string) => {
      const trials = await world.trialsOf(run.runId);
      const steps = await Promise.all(trials.map(({ runId }) => stack.registry.step(runId, step)));
      return steps.filter((found) => found?.status === status).length;
    };
    await eventually(async () => expect(await running('first', 'running')).toBe(2));
    await world.pause(run);
    world.letGoOn(70);
    await eventually(async () => expect(await running('first', 'completed')).toBe(2));
    for (const { pauses } of await world.trialsOf(run.runId)) {
      expect(pauses).toMatchObject([{ ...WHO, resumedAt: null }]);
    }
    expect(await running('learn', 'running')).toBe(0);
    await world.handleOf(run).signal(MESSAGE.resumeRun, WHO);
    const { history } = await world.ended(run);
    expect(history?.trials.map(({ status, prunedAt }) => [status, prunedAt])).toEqual([
      ['completed', undefined],
      ['pruned', 0],
    ]);
  });

  it('whose time in all is over ends its trials, keeps them, and has failed', async () => {
    const text = race('maxParallel: 2\n      space: { x: { choice: [80, 82, 84] } }');
    const run = await stack.startRun(
      text.replace('uses: tune\n', 'uses: tune\n    timeout: { total: 2s }\n'),
    );
    const { result, steps } = await world.ended(run);
    expect(result).toMatchObject({ status: 'failed' });
    expect(result.detail).toMatch(/step tune: it took longer than its timeout in all/);
    expect(steps.get('tune')).toMatchObject({ status: 'failed' });
    const statuses = (await world.trialsOf(run.runId)).map(({ status }) => status);
    expect(statuses).toEqual(statuses.map(() => 'cancelled'));
    await eventually(async () => expect(world.processesLeft()).toEqual([]));
  });
});
