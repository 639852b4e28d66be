import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunPipelineInput } from '../../contracts/index.js';
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
  return { result, started, ...(await recorded(started)) };
}

async function recorded({ runId }: RunPipelineInput) {
  const all = await stack.registry.steps(runId);
  const status = Object.fromEntries(all.map((step) => [step.stepId, step.status]));
  const values = (id: string) => all.find(({ stepId }) => stepId === id)?.outcome?.outputs.values;
  return { all, status, values };
}

const historyOf = ({ pipeline: name, runId }: RunPipelineInput, rest = '') =>
  stack.temporal.client.workflow
    .getHandle(`pipeline/${name}/${runId}${rest}`)
    .describe()
    .then(({ historyLength }) => historyLength);

describe('a step that fans out', () => {
  it('runs once for each combination, and hands lists on in item order', async () => {
    const { result, values, all } = await run(
      pipeline('matrix', {
        train:
          '{uses: noop, matrix: {depth: [4, 8], kind: [a, b], exclude: [{depth: 4, kind: b}], include: [{depth: 8, extra: 1}]}, with: {depth: "${matrix.depth}", kind: "${matrix.kind}"}}',
        all: '{uses: noop, with: {depths: "${steps.train.depth}"}}',
        third: '{uses: noop, with: {kind: "${steps.train[2].kind}"}}',
        named: '{uses: noop, with: {kind: "${steps.train[depth=4].kind}"}}',
      }),
    );
    expect(result).toMatchObject({ status: 'completed' });
    expect(values('all')).toEqual({ depths: [4, 8, 8] });
    expect(values('third')).toEqual({ kind: 'b' });
    expect(values('named')).toEqual({ kind: 'a' });
    expect(all.filter(({ item }) => item !== undefined).map(({ item }) => item)).toEqual([
      'depth=4,kind=a',
      'depth=8,kind=a,extra=1',
      'depth=8,kind=b,extra=1',
    ]);
  });

  it('takes its list from a step before it, and asks the condition of each item', async () => {
    const { result, values, status } = await run(
      pipeline('for-each', {
        list: '{uses: noop, with: {regions: [{name: eu, n: 2}, {name: us, n: 0}]}}',
        each: '{uses: noop, forEach: "${steps.list.regions}", if: item.n > 0, maxParallel: 1, with: {name: "${item.name}"}}',
        join: '{uses: noop, with: {names: "${steps.each.name}"}}',
      }),
    );
    expect(result.status).toBe('completed');
    expect(status).toMatchObject({ 'each[0]': 'completed', 'each[1]': 'skipped' });
    expect(values('join')).toEqual({ names: ['eu', null] });
  });

  it('ends the others at the first failure, or collects all that succeed', async () => {
    const steps = (more: string) => ({
      each: `{run: [sh, -c, 'test "$0" = ok && echo "{}" > outputs.json || exit 65', "\${item}"], forEach: [bad, ok, ok], ${more}}`,
      after: '{uses: noop, needs: [each]}',
    });
    const fast = await run(pipeline('fail-fast', steps('maxParallel: 1')));
    expect(fast.result).toMatchObject({ status: 'failed' });
    expect(fast.result.detail).toContain('1 of 3 items failed (2 not begun); the first, each[0]');
    expect(fast.status).toEqual({
      each: 'failed',
      'each[0]': 'failed',
      'each[1]': 'cancelled',
      'each[2]': 'cancelled',
      after: 'skipped',
    });
    const all = await run(pipeline('collect', steps('failFast: false, continueOnError: true')));
    expect(all.result.status).toBe('completed');
    expect(all.status).toEqual({
      each: 'failed',
      'each[0]': 'failed',
      'each[1]': 'completed',
      'each[2]': 'completed',
      after: 'completed',
    });
  });

  it('refuses what is no list, and is skipped for an empty one', async () => {
    const { result, status } = await run(
      pipeline('lists', {
        list: '{uses: noop, with: {none: [], text: abc}}',
        none: '{uses: noop, forEach: "${steps.list.none}"}',
        text: '{uses: noop, forEach: "${steps.list.text}", with: {x: "${item}"}}',
      }),
    );
    expect(status).toMatchObject({ none: 'skipped', text: 'failed' });
    expect(result.detail).toContain('step text: forEach needs a list, it is "abc"');
  });

  it('does a wide step in slices of their own history, and stores what is long', {
    timeout: 180_000,
  }, async () => {
    const numbers = JSON.stringify(Array.from({ length: 420 }, (_, index) => index));
    const { result, started, values, status } = await run(
      pipeline('wide', {
        each: `{uses: noop, forEach: ${numbers}, with: {n: "\${item}", text: ${'x'.repeat(50)}}}`,
        // The condition reads more than a history holds.
        sum: '{uses: noop, if: size(steps.each.n) == 420, with: {last: "${steps.each.n[419]}", one: "${steps.each[item=7].n}"}}',
      }),
    );
    expect(result.status).toBe('completed');
    expect(values('sum')).toEqual({ last: 419, one: 7 });
    expect(Object.values(status).filter((one) => one === 'completed')).toHaveLength(422);
    expect(await historyOf(started)).toBeLessThan(200);
    expect(await historyOf(started, '/each[400]')).toBeLessThan(5_000);
  });
});

describe('joins and failures', () => {
  it('run as runIf asks, and a failure that is gone on from holds nothing up', async () => {
    const { result, status } = await run(
      pipeline('joins', {
        fails: '{run: [sh, -c, exit 65]}',
        skips: '{uses: noop, if: "false"}',
        works: '{uses: noop}',
        tolerated: '{run: [sh, -c, exit 65], continueOnError: true}',
        usual: '{uses: noop, needs: [works, fails]}',
        'all-done': '{uses: noop, runIf: allDone, needs: [fails, skips]}',
        'one-succeeded': '{uses: noop, runIf: oneSucceeded, needs: [fails, works]}',
        'none-failed': '{uses: noop, runIf: noneFailed, needs: [skips, works]}',
        'some-failed': '{uses: noop, runIf: noneFailed, needs: [usual]}',
        'goes-on': '{uses: noop, needs: [tolerated], with: {has: "${has(steps.tolerated.x)}"}}',
      }),
    );
    expect(status).toMatchObject({
      usual: 'skipped',
      'all-done': 'completed',
      'one-succeeded': 'completed',
      'none-failed': 'completed',
      'some-failed': 'skipped',
      'goes-on': 'completed',
      tolerated: 'failed',
    });
    expect(result).toMatchObject({ status: 'failed', detail: expect.stringContaining('fails') });
  });

  it('never evaluate an expression of a step that is skipped', async () => {
    const { result, status } = await run(
      pipeline('unread', {
        off: '{uses: noop, if: "false", with: {x: 1}}',
        after: '{uses: noop, needs: [off], if: steps.off.x > 1/0, with: {y: "${1/0}"}}',
      }),
    );
    expect(result.status).toBe('completed');
    expect(status['after']).toBe('skipped');
  });

  it('end a step whose attempts in all take too long', async () => {
    const { all } = await run(
      pipeline('total', {
        slow: '{run: [sh, -c, exit 1], timeout: {attempt: 1s, total: 1s}, retry: {maxAttempts: 100, initialInterval: 300ms}}',
      }),
    );
    expect(all[0]).toMatchObject({ status: 'failed' });
  });

  it('wait as long between attempts as the file says, so that a short time in all fits many', async () => {
    const { all } = await run(
      pipeline('short-waits', {
        quick:
          '{run: [sh, -c, exit 1], timeout: {total: 6s}, retry: {maxAttempts: 10, initialInterval: 50ms, backoff: 1}}',
      }),
    );
    expect(all[0]).toMatchObject({ status: 'failed', attempts: 10 });
  });
});

describe('the steps after the end', () => {
  it('follow a failure and every run, in their order, and read how it ended', async () => {
    const { result, status, values } = await run(
      [
        pipeline('hooks', { a: '{uses: noop, with: {x: 1}}', b: '{run: [sh, -c, exit 65]}' }),
        'onSuccess: [{uses: noop}]',
        'onFailure:',
        '  - {uses: noop, with: {step: "${run.failedStep}", x: "${steps.a.x}"}}',
        'finally:',
        '  - {name: clean-up, run: [sh, -c, exit 65]}',
        '  - {uses: noop, with: {how: "${run.status}"}}',
      ].join('\n'),
    );
    expect(status).toMatchObject({
      'on-failure-1': 'completed',
      'clean-up': 'failed',
      'finally-2': 'completed',
    });
    expect(status).not.toHaveProperty('on-success-1');
    expect(values('on-failure-1')).toEqual({ step: 'b', x: 1 });
    expect(values('finally-2')).toEqual({ how: 'failed' });
    expect(result.status).toBe('failed');
    expect(result.detail).toMatch(/^step b: .*; step clean-up after the end: /s);
  });

  it('follow a cancelled run too, as does a step that always runs', async () => {
    const started = await stack.startRun(
      [
        pipeline('cancelled-hooks', {
          long: '{run: [sh, -c, "sleep 600"]}',
          after: '{uses: noop, needs: [long]}',
          always: '{uses: noop, needs: [long], runIf: always}',
        }),
        'finally: [{uses: noop, with: {how: "${run.status}"}}]',
      ].join('\n'),
    );
    await expect
      .poll(async () => (await stack.registry.step(started.runId, 'long'))?.status, {
        timeout: 20_000,
      })
      .toBe('running');
    await stack.temporal.client.workflow
      .getHandle(`pipeline/cancelled-hooks/${started.runId}`)
      .cancel();
    expect(await stack.result(started)).toMatchObject({ status: 'cancelled' });
    const { status, values } = await recorded(started);
    expect(status).toEqual({
      long: 'cancelled',
      after: 'cancelled',
      always: 'completed',
      'finally-1': 'completed',
    });
    expect(values('finally-1')).toEqual({ how: 'cancelled' });
  });
});

describe('a pipeline as a step', () => {
  it('is a run of its own, with parameters and outputs, once for each item', async () => {
    writeFileSync(
      join(stack.directory, 'double.yaml'),
      [
        pipeline(
          'double',
          { twice: '{uses: noop, with: {n: "${params.n * 2}"}}' },
          'params: {n: {type: integer, max: 100}}',
        ),
        'outputs: {result: "${steps.twice.n}"}',
      ].join('\n'),
    );
    const { result, values, all } = await run(
      pipeline('uses-pipelines', {
        once: '{uses: pipeline, with: {file: double.yaml, params: {n: 21}}}',
        each: '{uses: pipeline, forEach: [1, 2], with: {file: double.yaml, params: {n: "${item}"}}}',
        after: '{uses: noop, with: {one: "${steps.once.result}", all: "${steps.each.result}"}}',
      }),
    );
    expect(result).toMatchObject({ status: 'completed' });
    expect(values('after')).toEqual({ one: 42, all: [2, 4] });
    const child = all.find(({ stepId }) => stepId === 'once')?.outcome?.outputs.values['runId'];
    expect(await stack.registry.run(String(child))).toMatchObject({
      pipeline: 'double',
      status: 'completed',
      params: { n: 21 },
      trigger: { kind: 'pipeline' },
      parent: { stepId: 'once' },
    });
  });

  it('fails as the step in it failed', async () => {
    writeFileSync(
      join(stack.directory, 'fails.yaml'),
      pipeline('fails', { bad: '{run: [sh, -c, "echo no month >&2; exit 65"]}' }),
    );
    const { result, all } = await run(
      pipeline('uses-failing', { sub: '{uses: pipeline, with: {file: fails.yaml}}' }),
    );
    expect(result).toMatchObject({ status: 'failed', detail: expect.stringContaining('no month') });
    expect(all[0]).toMatchObject({ status: 'failed', failure: { type: 'InvalidInput' } });
  });

  it('is rejected as its run was, and the file may go on from that', async () => {
    const no = (region: string) => `{uses: approve, if: ${region}, timeout: 1s, onTimeout: reject}`;
    writeFileSync(
      join(stack.directory, 'refuses.yaml'),
      [
        pipeline(
          'refuses',
          { ask: no("params.region == 'us'"), done: '{uses: noop, with: {r: "${params.region}"}}' },
          'params: {region: {type: string}}',
        ),
        'outputs: {region: "${steps.done.r}"}',
      ].join('\n'),
    );
    const used = 'uses: pipeline, with: {file: refuses.yaml, params: {region: "${item}"}}';
    const { result, status, values, all } = await run(
      pipeline('uses-refused', {
        held: `{${used}, forEach: [us]}`,
        regions: `{${used}, forEach: [eu, us], failFast: false, continueOnError: true}`,
        'after-held': '{uses: noop, needs: [held]}',
        'after-regions': '{uses: noop, with: {all: "${steps.regions.region}"}}',
      }),
    );
    expect(status).toMatchObject({
      held: 'rejected',
      'after-held': 'skipped',
      regions: 'rejected',
      'after-regions': 'completed',
    });
    expect(values('after-regions')).toEqual({ all: ['eu', null] });
    expect(result).toMatchObject({
      status: 'rejected',
      detail: expect.stringMatching(/^step held:/),
    });
    const refused = all.find(({ stepId }) => stepId === 'regions[1]')?.outcome?.outputs.values;
    expect(await stack.registry.run(String(refused?.['runId']))).toMatchObject({
      status: 'rejected',
    });
  });

  it('says of a cancelled run who cancelled the run that it is a part of, however deep, and why', async () => {
    const deep = (file: string) => `{uses: pipeline, with: {file: ${file}}}`;
    const files = {
      sleeps: { long: '{run: [sh, -c, "sleep 600"]}' },
      'uses-sleeps': { inner: deep('sleeps.yaml') },
    };
    for (const [name, steps] of Object.entries(files)) {
      writeFileSync(join(stack.directory, `${name}.yaml`), pipeline(name, steps));
    }
    const started = await stack.startRun(
      pipeline('uses-both', {
        sub: deep('uses-sleeps.yaml'),
        late: `{${deep('sleeps.yaml').slice(1, -1)}, timeout: {total: 1s}}`,
      }),
    );
    const runsOf = async (parent: string) =>
      (await stack.registry.runs({ limit: 100 })).filter((one) => one.parent?.runId === parent);
    const find = async () => {
      const [sub] = (await runsOf(started.runId)).filter((one) => one.pipeline === 'uses-sleeps');
      const [inner] = sub === undefined ? [] : await runsOf(sub.runId);
      const step = inner && (await stack.registry.step(inner.runId, 'long'));
      return step?.status === 'running' ? [sub, inner] : null;
    };
    await expect.poll(find, { timeout: 20_000 }).not.toBeNull();
    const late = async () =>
      (await runsOf(started.runId)).find((one) => one.pipeline === 'sleeps')?.detail;
    await expect
      .poll(late, { timeout: 20_000 })
      .toBe(`cancelled by run:${started.runId}: its step was ended`);
    const handle = stack.temporal.client.workflow.getHandle(`pipeline/uses-both/${started.runId}`);
    await handle.signal('cancelRun', { actor: 'user:ada', reason: 'the data is wrong' });
    await handle.cancel();
    const said = 'cancelled by user:ada: the data is wrong';
    expect(await stack.result(started)).toMatchObject({ status: 'cancelled', detail: said });
    const sub = (await runsOf(started.runId)).find((one) => one.pipeline === 'uses-sleeps');
    const [inner] = await runsOf(sub?.runId ?? '');
    for (const one of [sub, inner]) {
      expect(one).toMatchObject({
        status: 'cancelled',
        detail: `cancelled by run:${started.runId}: ${said}`,
      });
    }
  });
});
