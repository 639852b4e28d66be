import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TuningHistory } from '../../contracts/index.js';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import { PYTHON_NOTE, WITHOUT_PYTHON } from '../python/python.js';
import { eventually } from '../support/eventually.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';

let stack: TestStack;
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

/** Its second half waits for a file, so that a worker can be killed in the middle. */
const SLOW = `apiVersion: millrace/v1
name: slow
params: { x: { type: integer, default: 0 } }
steps:
  wait:
    run:
      - sh
      - -c
      - |
        while [ "$1" -gt 1 ] && [ ! -e "$MILLRACE_BASE_DIRECTORY/go" ]; do sleep 0.05; done
        echo '{"values": {"loss": '"$1"'}}' > "$MILLRACE_OUTPUTS_JSON"
      - sh
      - "\${params.x}"
outputs: { loss: "\${steps.wait.loss}" }
`;

beforeAll(async () => {
  stack = await startTestStack();
  writeFileSync(join(stack.directory, 'trial.yaml'), TRIAL);
  writeFileSync(join(stack.directory, 'slow.yaml'), SLOW);
  worker = await stack.startWorker();
});
afterAll(() => stack?.close());

const pipeline = (inputs: string) => `apiVersion: millrace/v1
name: search
steps:
  tune: { uses: tune, with: ${inputs} }
  then: { uses: noop, with: { score: "\${steps.tune.score}", shape: "\${steps.tune.shape}" } }
`;

async function search(inputs: string) {
  const run = await stack.startRun(pipeline(inputs));
  const result = await stack.result(run);
  const steps = new Map((await stack.registry.steps(run.runId)).map((step) => [step.stepId, step]));
  const outputs = steps.get('tune')?.outcome?.outputs;
  const ref = outputs?.artifacts['history'];
  const store = createLocalArtifactStore(stack.home.artifactsDir);
  const history = ref === undefined ? null : await store.readJson<TuningHistory>(ref);
  return { run, result, steps, values: outputs?.values ?? {}, history };
}

async function trialsOf(runId: string) {
  const runs = await stack.registry.runs({ limit: 200 });
  return runs.filter(({ trigger }) => trigger.actor === `run:${runId}`);
}

describe('a search for parameters', () => {
  it('hands on what its best trial did, and tracks every trial as a run', async () => {
    const { run, result, steps, values, history } = await search(
      '{ file: trial.yaml, metric: loss, method: random, trials: 6, parallel: 2, seed: 7, space: { x: { float: [0, 6] } } }',
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
    expect((await trialsOf(run.runId)).map(({ runId }) => runId).sort()).toEqual(
      history?.trials.map(({ runId }) => runId).sort(),
    );
    const again = await search(
      '{ file: trial.yaml, metric: loss, method: random, trials: 6, parallel: 3, seed: 7, space: { x: { float: [0, 6] } } }',
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
        '{ file: trial.yaml, metric: loss, trials: 4, parallel: 2, space: { x: { float: [0.1, 6], log: true }, shape: { choice: [bowl, cone] } } }';
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

  it('does no trial again that was done when its worker was killed', async () => {
    const run = await stack.startRun(
      pipeline(
        '{ file: slow.yaml, metric: loss, method: grid, space: { x: { int: [0, 3], points: 4 } } }',
      ).replace(', shape: "${steps.tune.shape}"', ''),
    );
    const ended = async () =>
      (await trialsOf(run.runId)).filter(({ status }) => status === 'completed');
    await eventually(async () => expect(await ended()).toHaveLength(2));
    const before = (await ended()).map(({ runId, endedAt }) => [runId, endedAt]).sort();
    await worker.end('SIGKILL');
    expect(existsSync(join(stack.directory, 'go'))).toBe(false);
    writeFileSync(join(stack.directory, 'go'), '');
    worker = await stack.startWorker();
    expect(await stack.result(run)).toMatchObject({ status: 'completed' });
    const after = await trialsOf(run.runId);
    expect(after).toHaveLength(4);
    expect(after.map(({ runId, endedAt }) => [runId, endedAt])).toEqual(
      expect.arrayContaining(before),
    );
  });
});
