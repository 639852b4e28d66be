import { expect } from 'vitest';
import { document } from '../../cli/millrace.js';
import { eventually } from '../../support/eventually.js';
import type { Accounts, Guide } from './guide.js';

/** Rows enough for the step that `count-lines` goes on to. */
const SALES = 'day,sold\n'.concat('2011-01-01,3\n'.repeat(120));

export const LANGUAGE: Accounts = {
  nothing: async ({ run }) => {
    expect((await run('nothing')).status).toEqual({ wait: 'completed' });
  },

  regions: async ({ run }) => {
    const { result, values, status } = await run('regions');
    expect(result.status).toBe('completed');
    expect(values('best')).toEqual({
      all: [4, 8, 8],
      third: 'boosting',
      shallow: 'forest',
      regions: ['eu', null],
    });
    expect(status).toMatchObject({ 'score[0]': 'completed', 'score[1]': 'skipped' });
  },

  'join-of-branches': async ({ run }) => {
    const quick = await run('join-of-branches');
    expect([quick.status['full'], quick.values('report')]).toEqual(['skipped', { rows: 10 }]);
    const full = await run('join-of-branches', { params: { full: true } });
    expect([full.status['full'], full.values('report')]).toEqual(['completed', { rows: 1000 }]);
  },

  nightly: async ({ run }) => {
    const { result, values, status } = await run('nightly');
    expect(result.status).toBe('completed');
    expect(status).not.toHaveProperty('on-failure-1');
    expect(values('on-success-1')).toEqual({ text: 'trained on 2011-07-01' });
    expect(values('tidy-up')).toEqual({ how: 'completed' });
  },

  'second-try': async ({ run }) => {
    const { result, step, values, status } = await run('second-try');
    expect(result.status).toBe('failed');
    expect([step('fetch').attempts, step('enrich').attempts]).toEqual([2, 1]);
    expect(status).toMatchObject({ fetch: 'completed', enrich: 'failed', train: 'failed' });
    expect(values('on-failure-1')).toEqual({ step: 'train', rows: 3 });
    expect(values('finally-1')).toEqual({ how: 'failed' });
  },

  'ask-first': async (guide) => {
    const { cli, ended, stack, write } = guide;
    write('.millrace/channels.yaml', 'channels: { ops: { kind: stdout } }\n');
    const run = await asked(guide);
    const [question] = await stack.registry.approvals.list({ runId: run.runId });
    expect(question?.request.message).toBe('mae is 41: may it be deployed?');
    // The ticket has no default.
    expect((await cli('approve', run.runId, 'consent', '--reason', 'good')).code).toBe(65);
    const answer = ['--field', 'ticket=OPS-7', '--reason', 'measured twice'];
    expect((await cli('approve', run.runId, 'consent', ...answer)).code).toBe(0);
    const approved = await ended(run);
    expect(approved.result.status).toBe('completed');
    expect(approved.values('consent')['values']).toEqual({ traffic: 10, ticket: 'OPS-7' });
    expect(approved.values('deploy')).toMatchObject({ traffic: 10 });

    const other = await asked(guide);
    await cli('approve', other.runId, 'consent', '--reject', '--reason', 'the data is too old');
    const rejected = await ended(other);
    expect(rejected.result.status).toBe('rejected');
    expect(rejected.status['deploy']).not.toBe('completed');
  },

  'said-once': async ({ run }) => {
    const { values } = await run('said-once');
    expect(values('north')).toEqual({ region: 'north', limits: { low: 1, high: 9 } });
    expect(values('south')).toEqual({ region: 'south', limits: { low: 1, high: 5 } });
  },

  anchored: async ({ run }) => {
    expect((await run('anchored')).values('second')).toEqual({ low: 1, high: 5 });
  },

  'in-each-place': async ({ cli, run, stack }) => {
    const differs = await cli('plan', 'in-each-place.yaml', '--env', 'dev', '--diff', 'production');
    expect(differs).toMatchObject({ code: 0 });
    for (const other of ['sample.parquet', 's3-export.parquet', 'timeout', 'schedule']) {
      expect(differs.stdout).toContain(other);
    }
    expect(differs.stdout).not.toContain('trees');
    const dev = await cli('run', 'in-each-place.yaml', '--env', 'dev', '--json');
    const { runId, environment } = document<{ runId: string; environment: string }>(dev);
    expect([dev.code, environment]).toEqual([0, 'dev']);
    const train = await stack.registry.step(runId, 'train');
    expect(train?.outcome?.outputs.values).toEqual({ trees: 200, from: 'sample.parquet' });
    expect((await run('in-each-place')).values('train')['from']).toBe('s3-export.parquet');
  },

  'uses-double': async ({ run, stack }) => {
    const { result, values } = await run('uses-double');
    expect(result.status).toBe('completed');
    expect(values('report')).toEqual({ one: 42, all: [2, 4, 6] });
    expect(await stack.registry.run(String(values('once')['runId']))).toMatchObject({
      pipeline: 'double',
      params: { n: 21 },
      parent: { stepId: 'once' },
    });
  },

  'count-lines': async ({ run, write }) => {
    write('data/raw/sales.csv', SALES);
    const { values, status } = await run('count-lines');
    expect(values('count')).toEqual({ lines: 121 });
    expect(status['next']).toBe('completed');
  },
};

/** A run of `ask-first` that waits for its answer. */
async function asked({ start, stack }: Guide) {
  const run = await start('ask-first');
  await eventually(async () =>
    expect(await stack.registry.approvals.list({ runId: run.runId, waiting: true })).toHaveLength(
      1,
    ),
  );
  return run;
}
