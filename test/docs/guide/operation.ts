import { expect } from 'vitest';
import { readMachine } from '../../../processes/resources/machine.js';
import { document } from '../../cli/millrace.js';
import { eventually } from '../../support/eventually.js';
import { session, words } from './examples.js';
import type { Accounts, Guide } from './guide.js';

/** The one device that the worker of the guide's stack may give. */
export const DEVICE = '7';

export const OPERATION: Accounts = {
  'office-hours': async ({ cli, stack }) => {
    const planned = await cli('plan', 'office-hours.yaml', '--json');
    const { schedule } = document<{ schedule: { next: readonly object[] } }>(planned);
    expect(schedule.next).toHaveLength(5);
    expect((await cli('schedule', 'apply', 'office-hours.yaml')).code).toBe(0);
    expect((await cli('schedule', 'trigger', 'office-hours')).code).toBe(0);
    await eventually(async () => {
      const runs = await stack.registry.runs({ limit: 100 });
      const run = runs.find(({ pipeline }) => pipeline === 'office-hours');
      expect(run).toMatchObject({ status: 'completed', params: { depth: 5 } });
    });
  },

  'one-at-a-time': async ({ start, ended }) => {
    const started = [await start('one-at-a-time'), await start('one-at-a-time')];
    const runs = await Promise.all(started.map(ended));
    expect(runs.map(({ result }) => result.status)).toEqual(['completed', 'completed']);
    const times = runs.map(({ step }) => step('train'));
    const [first, second] = times.sort((a, b) => at(a.startedAt) - at(b.startedAt));
    expect(at(second?.startedAt)).toBeGreaterThanOrEqual(at(first?.endedAt));
  },

  bounded: async ({ run }) => {
    const { processors, memoryBytes } = readMachine();
    const { result, values } = await run('bounded');
    if (processors < 2 || memoryBytes < 4 * 1024 ** 3) {
      expect(result).toMatchObject({ status: 'failed', detail: expect.stringContaining('has') });
      return;
    }
    expect(values('train')).toEqual({ threads: '2', bytes: 4 * 1024 ** 3, devices: DEVICE });
  },

  cached: async ({ run, cli, write }) => {
    write('lib/rules.py', 'KEEP = 1\n');
    const first = await run('cached');
    expect(first.values('clean')).toEqual({ mode: 'strict' });
    const second = await run('cached');
    expect(second.step('clean').reuse).toMatchObject({
      status: 'hit',
      reason: expect.stringContaining('nothing changed since run'),
    });
    expect([second.step('always').attempts, second.step('always').reuse?.status]).toEqual([
      1,
      'off',
    ]);
    write('lib/rules.py', 'KEEP = 2\n');
    const { stdout } = await cli('plan', 'cached.yaml', '--json');
    const { steps } = JSON.parse(stdout) as {
      steps: readonly { id: string; cache: { status: string; reason: string } }[];
    };
    expect(steps.find(({ id }) => id === 'clean')?.cache).toMatchObject({
      status: 'miss',
      reason: expect.stringContaining('lib/rules.py'),
    });
  },
};

/** The session of docs/runs.md, line by line, and what its page says of each. */
export async function controlSession(guide: Guide): Promise<void> {
  const { stack } = guide;
  const said: string[] = [];
  for (const line of session('docs/runs.md')) {
    const { code, stdout, stderr } = await guide.cli(...words(line));
    expect([line, code, code === 0 ? '' : stderr]).toEqual([line, 0, '']);
    said.push(stdout);
  }
  expect(said[1]).toContain('training at depth 3');
  const weekly = (await stack.registry.runs({ limit: 100 })).filter(
    ({ pipeline }) => pipeline === 'weekly',
  );
  expect(weekly.map(({ status, params }) => [status, params])).toEqual([
    ['completed', { depth: 2 }],
    ['completed', { depth: 2 }],
    ['completed', { depth: 3 }],
  ]);
  const [again, other, first] = weekly.map(({ runId }) => runId);
  // By mae, the smallest first: 42 before 43.
  const sorted = said[3] ?? '';
  expect(sorted.indexOf(String(other).slice(0, 13))).toBeLessThan(
    sorted.indexOf(String(first).slice(0, 13)),
  );
  const taken = await stack.registry.step(String(again), 'train');
  expect(taken?.attempts).toBe(0);
  const differs = await guide.cli('diff', String(first), String(other));
  expect(differs.stdout).toMatch(/depth: 3 → 2/);
  expect(differs.stdout).toMatch(/mae: 43 → 42/);
}

const at = (time: string | null | undefined) => Date.parse(time ?? '');
