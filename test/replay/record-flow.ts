import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { MESSAGE, type RunPipelineInput, runWorkflowId } from '../../contracts/index.js';
import { eventually } from '../support/eventually.js';
import { pipelineOf, waitStep } from '../support/model-world.js';
import type { TestStack } from '../support/test-stack.js';
import { keepHistory } from './keep-history.js';

/** Fan-out, joins, the steps after the end, pipelines as steps. */
export async function recordFlow(stack: TestStack): Promise<void> {
  const idOf = ({ pipeline, runId }: RunPipelineInput) => runWorkflowId(pipeline, runId);
  const record = async (name: string, yaml: string) => {
    const run = await stack.startRun(yaml);
    const { status } = await stack.result(run);
    await keepHistory(stack, `run-pipeline.${name}`, idOf(run));
    return { run, status };
  };

  const items = pipelineOf('items', {
    each: '{uses: noop, matrix: {n: [1, 2, 3]}, maxParallel: 2, with: {n: "${matrix.n}"}}',
    sum: '{uses: noop, with: {n: "${steps.each.n[2]}"}}',
  });
  expect((await record('items', items)).status).toBe('completed');

  const failing = pipelineOf('failing-items', {
    each: '{run: [sh, -c, "exit 65"], forEach: [1, 2, 3], maxParallel: 1}',
    after: '{uses: noop, needs: [each], runIf: allDone}',
  });
  expect((await record('failing-items', failing)).status).toBe('failed');

  const numbers = JSON.stringify(Array.from({ length: 101 }, (_, index) => index));
  const wide = await record(
    'wide-items',
    pipelineOf('wide-items', { each: `{uses: noop, forEach: ${numbers}, with: {n: "\${item}"}}` }),
  );
  expect(wide.status).toBe('completed');
  await keepHistory(stack, 'run-items.completed', `${idOf(wide.run)}/each[0]`);

  const hooks = [
    pipelineOf('hooks', {
      fails: '{run: [sh, -c, "exit 65"]}',
      goes: '{run: [sh, -c, "exit 65"], continueOnError: true}',
      after: '{uses: noop, needs: [goes]}',
      always: '{uses: noop, needs: [fails], runIf: always}',
    }),
    'onFailure: [{uses: noop}]',
    'finally: [{uses: noop}]',
  ].join('\n');
  expect((await record('hooks', hooks)).status).toBe('failed');

  const used = pipelineOf('used', { a: '{uses: noop, with: {x: 1}}' });
  writeFileSync(join(stack.directory, 'used.yaml'), `${used}\noutputs: {x: "\${steps.a.x}"}\n`);
  const uses = pipelineOf('uses', { sub: '{uses: pipeline, with: {file: used.yaml}}' });
  expect((await record('sub-pipeline', uses)).status).toBe('completed');

  const refuses = pipelineOf('refuses', { ask: '{uses: approve, timeout: 1s}' });
  writeFileSync(join(stack.directory, 'refuses.yaml'), refuses);
  const goesOn = pipelineOf('goes-on', {
    sub: '{uses: pipeline, with: {file: refuses.yaml}, continueOnError: true}',
    after: '{uses: noop, needs: [sub]}',
  });
  expect((await record('goes-on-from-rejected', goesOn)).status).toBe('completed');

  const waits = pipelineOf('waits', { wait: waitStep('/nowhere/go') });
  writeFileSync(join(stack.directory, 'waits.yaml'), waits);
  const outer = await stack.startRun(
    pipelineOf('cancelled-sub', { sub: '{uses: pipeline, with: {file: waits.yaml}}' }),
  );
  const innerOf = async () =>
    (await stack.registry.runs({ pipeline: 'waits' })).find((one) => one.status === 'running');
  await eventually(async () => {
    const step = await stack.registry.step((await innerOf())?.runId ?? '', 'wait');
    expect(step?.status).toBe('running');
  });
  const inner = await innerOf();
  const handle = stack.temporal.client.workflow.getHandle(idOf(outer));
  await handle.signal(MESSAGE.cancelRun, { actor: 'user:ada', reason: 'the data is wrong' });
  await handle.cancel();
  expect((await stack.result(outer)).status).toBe('cancelled');
  await keepHistory(stack, 'run-pipeline.cancelled-sub-pipeline', idOf(outer));
  await keepHistory(stack, 'run-pipeline.cancelled-with-parent', inner?.workflowId ?? '');

  const cancelled = await stack.startRun(
    `${pipelineOf('cancelled-hooks', { wait: waitStep('/nowhere/go') })}\nfinally: [{uses: noop}]`,
  );
  await eventually(async () => {
    expect((await stack.registry.step(cancelled.runId, 'wait'))?.status).toBe('running');
  });
  await stack.temporal.client.workflow.getHandle(idOf(cancelled)).cancel();
  expect((await stack.result(cancelled)).status).toBe('cancelled');
  await keepHistory(stack, 'run-pipeline.cancelled-with-hooks', idOf(cancelled));
}
