import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TuningHistory } from '../../contracts/index.js';
import { PYTHON_NOTE, WITHOUT_PYTHON } from '../python/python.js';
import { eventually } from '../support/eventually.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';
import { race, type SearchWorld, searchWorld } from './tuning/search-world.js';

let stack: TestStack;
let world: SearchWorld;
let worker: TestProcess;

const TRIAL = `apiVersion: millrace/v1
name: trial
params:
  x: { type: number, default: 0 }
  shape: { type: string, default: bowl }
  lift: { type: integer, default: 0 }
steps:
  look:
    uses: noop
    with: { loss: "\${(params.x - 3.0) * (params.x - 3.0) + params.lift}", shape: "\${params.shape}" }
outputs: { loss: "\${steps.look.loss}", shape: "\${steps.look.shape}" }
`;

beforeAll(async () => {
  stack = await startTestStack();
  world = searchWorld(stack);
  writeFileSync(join(stack.directory, 'trial.yaml'), TRIAL);
  worker = await stack.startWorker();
});
afterAll(() => stack?.close());

const pipeline = (inputs: string) => `apiVersion: millrace/v1
name: search
steps:
  tune: { uses: tune, with: ${inputs} }
  then: { uses: noop, with: { score: "\${steps.tune.score}", shape: "\${steps.tune.shape}" } }
`;

const searched = async (text: string) => world.ended(await stack.startRun(text));
const search = (inputs: string) => searched(pipeline(inputs));

describe('a search for parameters', () => {
  it('hands on what its best trial did, and tracks every trial as a run', async () => {
    const { run, result, steps, values, history } = await search(
      '{ file: trial.yaml, metric: loss, method: random, trials: 6, maxParallel: 2, seed: 7, space: { x: { float: [0, 6] } } }',
    );
    expect(result).toMatchObject({ status: 'completed' });
    const scores = history?.trials.map(({ score }) => score ?? Number.NaN) ?? [];
    expect(scores).toHaveLength(6);
    expect(values).toMatchObject({
      score: Math.min(...scores),
      trials: 6,
      stopped: 'trials',
      shape: 'bowl',
    });
    expect(steps.get('then')?.outcome?.outputs.values['score']).toBe(Math.min(...scores));
    expect((await world.trialsOf(run.runId)).map(({ runId }) => runId).sort()).toEqual(
      history?.trials.map(({ runId }) => runId).sort(),
    );
    const again = await search(
      '{ file: trial.yaml, metric: loss, method: random, trials: 6, maxParallel: 3, seed: 7, space: { x: { float: [0, 6] } } }',
    );
    expect(again.history?.trials.map(({ params }) => params)).toEqual(
      history?.trials.map(({ params }) => params),
    );
  });

  it('tries a grid whole, a conditional parameter only where it counts, and ends at its target', async () => {
    const { values, history } = await search(
      '{ file: trial.yaml, metric: loss, goal: maximise, method: grid, space: { shape: { choice: [bowl, cone] }, lift: { int: [1, 3], points: 3, when: { shape: cone } } } }',
    );
    expect(history?.trials.map(({ params }) => params)).toEqual([
      { shape: 'bowl' },
      { shape: 'cone', lift: 1 },
      { shape: 'cone', lift: 2 },
      { shape: 'cone', lift: 3 },
    ]);
    expect(values).toMatchObject({ best: { shape: 'cone', lift: 3 }, score: 12, stopped: 'space' });
    const early = await search(
      '{ file: trial.yaml, metric: loss, method: grid, space: { x: { int: [1, 9], points: 9 } }, stop: { target: 0 } }',
    );
    expect(early.values).toMatchObject({ best: { x: 3 }, trials: 3, stopped: 'target' });
  });

  it.skipIf(WITHOUT_PYTHON)(
    `asks Optuna, the same way for the same seed${PYTHON_NOTE}`,
    async () => {
      const inputs =
        '{ file: trial.yaml, metric: loss, trials: 4, maxParallel: 2, space: { x: { float: [0.1, 6], log: true }, shape: { choice: [bowl, cone] } } }';
      const [one, other] = [await search(inputs), await search(inputs)];
      expect(one.result).toMatchObject({ status: 'completed' });
      expect(other.history?.trials.map(({ params }) => params)).toEqual(
        one.history?.trials.map(({ params }) => params),
      );
    },
    // The first search of a machine installs Optuna.
    300_000,
  );

  it('fails with what its trials said when none gives a score', async () => {
    const { result } = await search(
      '{ file: trial.yaml, metric: shape, method: grid, space: { x: { int: [1, 9], points: 9 } } }',
    );
    expect(result.status).toBe('failed');
    expect(result.detail).toMatch(/none of 5 trials gave shape; trial 0: shape is no number/);
  });

  it('tries one step, and ends the trials that are behind, the same ones for the same seed', async () => {
    const inputs =
      'halving: { rungs: [1], factor: 2 }\n      space: { x: { int: [0, 5], step: 1 } }';
    const { result, steps, values, history } = await searched(race(inputs));
    expect(result).toMatchObject({ status: 'completed' });
    expect(
      history?.trials.map(({ status, prunedAt, reports }) => [status, prunedAt, reports]),
    ).toEqual(
      [0, 1, 2, 3, 4, 5].map((value) => [
        value % 2 === 0 ? 'completed' : 'pruned',
        value % 2 === 0 ? undefined : 0,
        [{ rung: 0, step: 1, value }],
      ]),
    );
    // The best hands on what its step did, which read the step and the parameter before.
    expect(values).toMatchObject({ best: { x: 0 }, score: 0, x: 0, from: 7, stopped: 'space' });
    expect(steps.get('then')?.outcome?.outputs.values).toEqual({ x: 0, from: 7 });
    await eventually(async () => expect(world.processesLeft()).toEqual([]));

    const pruned = history?.trials[1];
    const experiments = stack.registry.experiments;
    expect(await stack.registry.run(pruned?.runId ?? '')).toMatchObject({
      status: 'cancelled',
      detail: 'stopped early: it did not pass rung 0, at step 1',
      params: { x: 1, from: 7 },
    });
    expect(await experiments.find(pruned?.runId ?? '')).toMatchObject({ status: 'cancelled' });
    await eventually(async () =>
      expect(await experiments.curve(pruned?.runId ?? '')).toMatchObject([
        { stepId: 'tune', metric: 'loss', step: 1, value: 1 },
      ]),
    );

    // Those that passed are found in the cache now, and stand as they did.
    const again = await searched(race(inputs));
    const told = (given: TuningHistory | null) =>
      given?.trials.map(({ params, status, prunedAt, reports }) => [
        params,
        status,
        prunedAt,
        reports,
      ]);
    expect(told(again.history)).toEqual(told(history));
  });

  it('compares a trial at once with those before it where halving is asynchronous', async () => {
    const { history } = await searched(
      race(
        'halving: { rungs: [1], asynchronous: true }\n      space: { x: { choice: [8, 9, 6, 11] } }',
      ),
    );
    expect(history?.trials.map(({ status, prunedAt }) => [status, prunedAt])).toEqual([
      ['completed', undefined],
      ['pruned', 0],
      ['completed', undefined],
      ['pruned', 0],
    ]);
    await eventually(async () => expect(world.processesLeft()).toEqual([]));
  });

  it('gives up after more failures than it may have, and keeps what it tried', async () => {
    const failing = race('maxFailures: 1\n      space: { x: { int: [0, 5], step: 3 } }').replace(
      'echo',
      'exit 65; echo',
    );
    const { result, history } = await searched(failing);
    expect(result).toMatchObject({ status: 'failed' });
    expect(result.detail).toMatch(/2 of 2 trials failed, maxFailures is 1; trial 0: /);
    expect(history).toMatchObject({ stopped: 'failures', best: null, trials: [{}, {}] });
  });

  it('does no trial again, and decides no rung again, whatever happens to the worker', async () => {
    const rule = 'halving: { rungs: [1], factor: 2 }';
    const run = await stack.startRun(
      race(`${rule}\n      space: { x: { choice: [26, 27, 30, 31] } }`),
    );
    const ended = async () => {
      const trials = await world.trialsOf(run.runId);
      return trials
        .filter(({ status }) => status !== 'running')
        .map(({ status, params, runId, endedAt }) => [params['x'], status, runId, endedAt])
        .sort();
    };
    await eventually(async () => expect(await ended()).toHaveLength(3));
    const before = await ended();
    expect(before.map(([x, status]) => [x, status])).toEqual([
      [26, 'completed'],
      [27, 'cancelled'],
      [31, 'cancelled'],
    ]);
    await worker.end('SIGKILL');
    world.letGoOn(30);
    worker = await stack.startWorker();
    expect(await stack.result(run)).toMatchObject({ status: 'completed' });
    expect((await ended()).filter(([x]) => x !== 30)).toEqual(before);
    expect(await world.trialsOf(run.runId)).toHaveLength(4);
    await eventually(async () => expect(world.processesLeft()).toEqual([]));
  });
});
