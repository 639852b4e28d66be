import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
  MESSAGE,
  type RunPipelineInput,
  runWorkflowId,
  tuneWorkflowId,
} from '../../contracts/index.js';
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
  await recordInterrupted(stack);
}

/** Trials that wait each for a file of their own, and how they are let go on. */
function waitingTrials(stack: TestStack, name: string, more: string) {
  const file = (x: number | '$1') => join(stack.directory, `go-${name}-${x}`);
  const script = `until [ -e "${file('$1')}" ]; do sleep 0.05; done; echo '{"metrics": {"loss": 1}}' > outputs.json`;
  const step = JSON.stringify({ run: ['sh', '-c', script, 'sh', '${params.x}'] });
  return {
    tune: `uses: tune, with: {step: ${step}, metric: loss, method: grid, space: {x: {int: [1, 3], step: 1}}${more}}`,
    letGoOn: (...values: readonly number[]) => {
      for (const x of values) writeFileSync(file(x), '');
    },
  };
}

const ASYNCHRONOUS = ', maxParallel: 2, halving: {rungs: [9], asynchronous: true}';

async function trialsOf(stack: TestStack, { runId }: RunPipelineInput) {
  const runs = await stack.registry.runs({ limit: 200 });
  return runs.filter(({ trigger }) => trigger.actor === `run:${runId}`);
}

async function keepSearch(stack: TestStack, run: RunPipelineInput, search: string): Promise<void> {
  const { pipeline, runId } = run;
  await keepHistory(stack, `run-pipeline.${pipeline}`, runWorkflowId(pipeline, runId));
  await keepHistory(stack, `tune-parameters.${search}`, tuneWorkflowId(runId, 'tune'));
}

/** A search that is paused while its first trials work, and goes on: one by one, two side by side. */
async function recordPaused(stack: TestStack): Promise<void> {
  for (const [name, search, more, together] of [
    ['paused-search', 'paused', '', 1],
    ['paused-race', 'paused-asynchronous', ASYNCHRONOUS, 2],
  ] as const) {
    const { tune, letGoOn } = waitingTrials(stack, name, more);
    const run = await stack.startRun(pipelineOf(name, { tune: `{${tune}}` }));
    const handle = stack.temporal.client.workflow.getHandle(runWorkflowId(name, run.runId));
    const signal = (message: string) =>
      handle.signal(message, { actor: 'user:ada', reason: 'a test' });
    const trials = () => trialsOf(stack, run);
    await eventually(async () => expect(await trials()).toHaveLength(together));
    await signal(MESSAGE.pauseRun);
    await eventually(async () => {
      for (const { pauses } of await trials()) expect(pauses).toHaveLength(1);
    });
    letGoOn(1);
    await eventually(async () => {
      const first = (await trials()).find(({ params }) => params['x'] === 1);
      expect(first?.status).toBe('completed');
    });
    await signal(MESSAGE.resumeRun);
    await eventually(async () => expect((await trials()).length).toBeGreaterThan(together));
    letGoOn(2, 3);
    expect((await stack.result(run)).status).toBe('completed');
    await keepSearch(stack, run, search);
  }
}

/** Searches that end while trials run: one that is cancelled, one whose time in all is over. */
async function recordInterrupted(stack: TestStack): Promise<void> {
  const cancelled = waitingTrials(stack, 'cancelled-search', ASYNCHRONOUS);
  const run = await stack.startRun(pipelineOf('cancelled-search', { tune: `{${cancelled.tune}}` }));
  await eventually(async () => expect(await trialsOf(stack, run)).toHaveLength(2));
  await stack.temporal.client.workflow.getHandle(runWorkflowId(run.pipeline, run.runId)).cancel();
  expect((await stack.result(run)).status).toBe('cancelled');
  await keepSearch(stack, run, 'cancelled');

  const { tune } = waitingTrials(stack, 'late-search', '');
  const late = await stack.startRun(
    pipelineOf('late-search', { tune: `{${tune}, timeout: {total: 2s}}` }),
  );
  expect((await stack.result(late)).status).toBe('failed');
  await keepSearch(stack, late, 'late');
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
