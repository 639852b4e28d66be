import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { compilePipeline } from '../../../pipelines/compile.js';
import { DevicePool } from '../../../processes/resources/device-pool.js';
import { boundedArguments, resourceEnvironment } from '../../../processes/resources/limits.js';
import { readMachine, refuseBeyond } from '../../../processes/resources/machine.js';

const never = new AbortController().signal;

describe('the share of a step', () => {
  it('bounds the address space of its process and of what that starts', () => {
    const inner = ['/bin/sh', '-c', 'ulimit -v'];
    const [program = '', ...rest] = boundedArguments(['/bin/sh', '-c', '"$@"', 'x', ...inner], {
      memoryBytes: 512 * 2 ** 20,
    });
    expect(execFileSync(program, rest, { encoding: 'utf8' }).trim()).toBe('524288');
    expect(boundedArguments(inner, {})).toEqual(inner);
  });

  it('is told to numerical libraries and to CUDA', () => {
    expect(resourceEnvironment({ cpu: 1.5, gpu: 2 }, ['0', '3'])).toMatchObject({
      OMP_NUM_THREADS: '2',
      OPENBLAS_NUM_THREADS: '2',
      CUDA_VISIBLE_DEVICES: '0,3',
    });
    expect(resourceEnvironment({ gpu: 0 }, [])).toEqual({ CUDA_VISIBLE_DEVICES: '' });
    expect(resourceEnvironment({}, [])).toEqual({});
  });

  it('is refused where the machine can never give it', () => {
    const machine = { processors: 2, memoryBytes: 2 ** 30, gpus: ['0'] };
    expect(() => refuseBeyond(machine, { gpu: 2 }, 'a')).toThrow(
      'step a asks for 2 GPU, this worker has 1',
    );
    expect(() => refuseBeyond(machine, { cpu: 3 }, 'a')).toThrow('this worker has 2');
    expect(() => refuseBeyond(machine, { memoryBytes: 2 ** 31 }, 'a')).toThrow('2.0 GiB of memory');
    expect(() =>
      refuseBeyond(machine, { cpu: 2, gpu: 1, memoryBytes: 2 ** 30 }, 'a'),
    ).not.toThrow();
    expect(readMachine({ CUDA_VISIBLE_DEVICES: '1, 4' }).gpus).toEqual(['1', '4']);
    expect(readMachine({ CUDA_VISIBLE_DEVICES: '-1' }).gpus).toEqual([]);
  });
});

describe('the devices of a worker', () => {
  it('are used by one step at a time, in the order in which they came', async () => {
    const pool = new DevicePool(['0', '1']);
    const first = await pool.take(1, never);
    const told: string[] = [];
    const both = pool.take(2, never).then((given) => {
      told.push('both');
      return given;
    });
    const one = pool.take(1, never).then((given) => {
      told.push('one');
      return given;
    });
    expect(first).toEqual(['0']);
    pool.giveBack(first);
    expect([...(await both)].sort()).toEqual(['0', '1']);
    expect(told).toEqual(['both']);
    pool.giveBack(await both);
    expect(await one).toHaveLength(1);
  });

  it('are not waited for by a step that was cancelled', async () => {
    const pool = new DevicePool(['0']);
    const held = await pool.take(1, never);
    const cancelled = new AbortController();
    const gone = pool.take(1, cancelled.signal);
    const next = pool.take(1, never);
    cancelled.abort(new Error('cancelled'));
    await expect(gone).rejects.toThrow('cancelled');
    pool.giveBack(held);
    expect(await next).toEqual(['0']);
  });
});

it('resources belong to steps with a process of their own', () => {
  const compiled = (step: string) =>
    compilePipeline(`apiVersion: millrace/v1\nname: p\nsteps:\n  a: ${step}\n`, {
      file: 'p.yaml',
      baseDirectory: '/',
    });
  const bounded = compiled('{run: [python, a.py], resources: {cpu: 2, memory: 4GiB, gpu: 1}}');
  expect(bounded.ok && bounded.plan.steps[0]?.resources).toEqual({
    cpu: 2,
    memoryBytes: 4 * 2 ** 30,
    gpu: 1,
  });
  const refused = compiled('{uses: noop, resources: {cpu: 2}}');
  expect(refused.ok ? [] : refused.errors).toMatchObject([
    { line: 4, column: 19, code: 'misplaced' },
  ]);
  const misspelt = compiled('{run: [a], resources: {memory: lots}}');
  expect(misspelt.ok ? [] : misspelt.errors).toMatchObject([{ message: 'not a size' }]);
});
