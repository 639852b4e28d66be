import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { livingMembers } from '../../processes/process-identity.js';
import { eventually } from '../support/eventually.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
  await stack.startWorker();
});
afterAll(() => stack.close());

/** A pipeline of the given steps, one YAML line each. */
function pipeline(name: string, steps: Readonly<Record<string, string>>, head = ''): string {
  const lines = Object.entries(steps).map(([id, body]) => `  ${id}: ${body}`);
  return ['apiVersion: millrace/v1', `name: ${name}`, head, 'steps:', ...lines].join('\n');
}

async function run(yaml: string, params = {}) {
  const started = await stack.startRun(yaml, { params });
  const result = await stack.result(started);
  const steps = await stack.registry.steps(started.runId);
  return { result, started, steps: new Map(steps.map((step) => [step.stepId, step])) };
}

describe('a run', () => {
  it('hands values on along the graph', async () => {
    const { result, steps } = await run(
      pipeline(
        'values',
        {
          a: '{uses: noop, with: {x: "${params.n * 2}"}}',
          b: '{uses: noop, with: {y: "${steps.a.x + 1}", text: "x is ${steps.a.x}"}}',
        },
        'params: {n: {type: integer, default: 20}}',
      ),
    );
    expect(result).toMatchObject({ status: 'completed', detail: null });
    expect(steps.get('b')?.outcome?.outputs.values).toEqual({ y: 41, text: 'x is 40' });
  });

  it('skips a step whose condition is false, and what needs it', async () => {
    const { result, steps } = await run(
      pipeline(
        'conditions',
        {
          a: '{uses: noop, if: params.n > 5}',
          b: '{uses: noop, needs: [a]}',
          c: '{uses: noop}',
        },
        'params: {n: {type: integer, default: 1}}',
      ),
    );
    expect(result.status).toBe('completed');
    expect([...steps].map(([id, { status }]) => [id, status])).toEqual(
      expect.arrayContaining([
        ['a', 'skipped'],
        ['b', 'skipped'],
        ['c', 'completed'],
      ]),
    );
  });

  it('finds every result again by content in a second run', async () => {
    const yaml = pipeline('again', {
      a: '{uses: noop, with: {x: 1}}',
      b: '{uses: noop, with: {y: "${steps.a.x}"}}',
    });
    await run(yaml);
    const { steps } = await run(yaml);
    expect([...steps.values()].map(({ outcome }) => outcome?.cached)).toEqual([true, true]);
  });

  it('runs a command by the process contract and hands its outputs on', async () => {
    writeFileSync(
      join(stack.directory, 'double.mjs'),
      `import { readFileSync, writeFileSync } from 'node:fs';
       const { values } = JSON.parse(readFileSync('inputs.json', 'utf8'));
       writeFileSync('outputs.json', JSON.stringify({ values: { twice: values.n * 2 }, metrics: { n: values.n } }));`,
    );
    const { result, steps } = await run(
      pipeline('commands', {
        double: '{run: node double.mjs, with: {n: 21}}',
        after: '{uses: noop, with: {answer: "${steps.double.twice}"}}',
      }),
    );
    expect(result.status).toBe('completed');
    expect(steps.get('double')?.outcome?.outputs.metrics).toEqual({ n: 21 });
    expect(steps.get('after')?.outcome?.outputs.values).toEqual({ answer: 42 });
  });

  it('does not retry bad input, names it, and does not run what depends on it', async () => {
    const { result, steps } = await run(
      pipeline('bad-input', {
        fails: '{run: [sh, -c, "echo no such month >&2; exit 65"]}',
        after: '{uses: noop, needs: [fails]}',
        beside: '{uses: noop}',
      }),
    );
    expect(result.status).toBe('failed');
    expect(result.detail).toContain('no such month');
    expect(steps.get('fails')).toMatchObject({
      status: 'failed',
      attempts: 1,
      failure: { type: 'InvalidInput' },
    });
    expect(steps.get('after')?.status).toBe('skipped');
    expect(steps.get('beside')?.status).toBe('completed');
  });

  it('retries what may succeed, as often as the plan says', async () => {
    const { result, steps } = await run(
      pipeline('retries', {
        flaky: '{run: [sh, -c, "exit 1"], retry: {maxAttempts: 2, initialInterval: 10ms}}',
      }),
    );
    expect(result.status).toBe('failed');
    expect(steps.get('flaky')).toMatchObject({
      attempts: 2,
      failure: { type: 'StepProcessFailed' },
    });
  });

  it('ends a step that took too long, and says what was too short', async () => {
    const command = 'echo $$ > "$MILLRACE_BASE_DIRECTORY/slow"; exec sleep 600';
    const { steps } = await run(
      pipeline('late', {
        slow: `{run: [sh, -c, '${command}'], timeout: 2s, retry: {maxAttempts: 1}}`,
      }),
    );
    const group = Number(readFileSync(join(stack.directory, 'slow'), 'utf8'));
    await eventually(async () => expect(await livingMembers(group)).toEqual([]));
    expect(steps.get('slow')?.failure).toMatchObject({
      type: 'StepProcessFailed',
      message: expect.stringContaining('`timeout:` gives it more'),
    });
  });

  it('ends cancelled; what follows begins once the process of its step is gone, and knows', async () => {
    const stops = 'trap \'sleep 1; rm "$MILLRACE_BASE_DIRECTORY/pid"; exit 1\' TERM';
    writeFileSync(
      join(stack.directory, 'long.sh'),
      `${stops}\necho $$ > "$MILLRACE_BASE_DIRECTORY/pid"\nsleep 600 & wait\n`,
    );
    writeFileSync(
      join(stack.directory, 'last.sh'),
      'if [ -e "$MILLRACE_BASE_DIRECTORY/pid" ]; then left=true; else left=false; fi\necho "{\\"values\\": {\\"left\\": $left, \\"status\\": \\"$1\\"}}" > outputs.json\n',
    );
    const started = await stack.startRun(
      pipeline(
        'cancelled',
        { long: '{run: [sh, long.sh]}', after: '{uses: noop, needs: [long]}' },
        'finally: [{name: last, run: [sh, last.sh, "${run.status}"]}]',
      ),
    );
    const handle = stack.temporal.client.workflow.getHandle(`pipeline/cancelled/${started.runId}`);
    await expect
      .poll(() => existsSync(join(stack.directory, 'pid')), { timeout: 20_000 })
      .toBe(true);
    await handle.cancel();
    expect(await stack.result(started)).toMatchObject({ status: 'cancelled' });
    const steps = await stack.registry.steps(started.runId);
    expect(steps.map(({ stepId, status }) => [stepId, status])).toEqual([
      ['long', 'cancelled'],
      ['last', 'completed'],
      ['after', 'cancelled'],
    ]);
    const last = steps.find(({ stepId }) => stepId === 'last');
    expect(last?.outcome?.outputs.values).toEqual({ left: false, status: 'cancelled' });
    expect((await stack.registry.run(started.runId))?.status).toBe('cancelled');
  });
});
