import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { MESSAGE, runWorkflowId, tuneWorkflowId } from '../../contracts/index.js';
import { eventually } from '../support/eventually.js';
import { pipelineOf } from '../support/model-world.js';
import type { TestStack } from '../support/test-stack.js';
import { keepHistory } from './keep-history.js';

/** A search whose trials are runs: one that tries all of its grid, one whose trials all fail. */
export async function recordTuning(stack: TestStack): Promise<void> {
  const trial = pipelineOf('trial', {
    look: '{uses: noop, with: {loss: "${params.x * params.x}"}}',
  });
  const failing = pipelineOf('failing-trial', { look: '{run: [sh, -c, "exit 65"]}' });
  const params = 'params: {x: {type: integer, default: 0}}';
  const outputs = 'outputs: {loss: "${steps.look.loss}"}';
  for (const [name, file, end, status] of [
    ['tuned', `${trial}\n${params}\n${outputs}\n`, 'completed', 'completed'],
    [
      'not-tuned',
      `${failing}\n${params}\noutputs: {loss: "\${params.x}"}\n`,
      'none-completed',
      'failed',
    ],
  ] as const) {
    writeFileSync(join(stack.directory, `${name}-trial.yaml`), file);
    const run = await stack.startRun(
      pipelineOf(name, {
        tune: `{uses: tune, with: {file: ${name}-trial.yaml, metric: loss, method: grid, space: {x: {int: [1, 2], points: 2}}}}`,
      }),
    );
    expect((await stack.result(run)).status).toBe(status);
    await keepHistory(stack, `run-pipeline.${name}`, runWorkflowId(run.pipeline, run.runId));
    await keepHistory(stack, `tune-parameters.${end}`, tuneWorkflowId(run.runId, 'tune'));
  }
  await recordHalving(stack);
  await recordPaused(stack);
}

/** A search that is paused while its first trial works, and goes on. */
async function recordPaused(stack: TestStack): Promise<void> {
  const file = join(stack.directory, 'go-search');
  const script = `until [ -e '${file}' ]; do sleep 0.05; done; echo '{"metrics": {"loss": 1}}' > outputs.json`;
  const step = JSON.stringify({ run: ['sh', '-c', script, 'sh', '${params.x}'] });
  const run = await stack.startRun(
    pipelineOf('paused-search', {
      tune: `{uses: tune, with: {step: ${step}, metric: loss, method: grid, space: {x: {int: [1, 2], step: 1}}}}`,
    }),
  );
  const trials = async () =>
    (await stack.registry.runs({ limit: 200 })).filter(
      ({ trigger }) => trigger.actor === `run:${run.runId}`,
    );
  const signal = (name: string) =>
    stack.temporal.client.workflow
      .getHandle(runWorkflowId(run.pipeline, run.runId))
      .signal(name, { actor: 'user:ada', reason: 'a test' });
  await eventually(async () => expect(await trials()).toHaveLength(1));
  await signal(MESSAGE.pauseRun);
  await eventually(async () => expect((await trials())[0]?.pauses).toHaveLength(1));
  writeFileSync(file, '');
  await eventually(async () => expect((await trials())[0]?.status).toBe('completed'));
  await signal(MESSAGE.resumeRun);
  expect((await stack.result(run)).status).toBe('completed');
  await keepHistory(stack, 'run-pipeline.paused-search', runWorkflowId(run.pipeline, run.runId));
  await keepHistory(stack, 'tune-parameters.paused', tuneWorkflowId(run.runId, 'tune'));
}

/** A search that ends the trial that is behind, and the run of that trial. */
async function recordHalving(stack: TestStack): Promise<void> {
  const script = `echo '{"step": 1, "metrics": {"loss": '"$1"'}}' >&3; [ "$1" = 1 ] || sleep 600; echo '{"metrics": {"loss": 1}}' > "$MILLRACE_OUTPUTS_JSON"`;
  const step = JSON.stringify({ run: ['sh', '-c', script, 'sh', '${params.x}'] });
  const run = await stack.startRun(
    pipelineOf('halved', {
      tune: `{uses: tune, with: {step: ${step}, metric: loss, method: grid, halving: {rungs: [1], factor: 2}, space: {x: {int: [1, 2], step: 1}}}}`,
    }),
  );
  expect((await stack.result(run)).status).toBe('completed');
  await keepHistory(stack, 'tune-parameters.pruned', tuneWorkflowId(run.runId, 'tune'));
  const runs = await stack.registry.runs({ status: 'cancelled' });
  const pruned = runs.find(({ trigger }) => trigger.actor === `run:${run.runId}`);
  await keepHistory(stack, 'run-pipeline.stopped-early', pruned?.workflowId ?? '');
}
