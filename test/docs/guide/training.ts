import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { packageRoot } from '../../../setup/places.mjs';
import { document } from '../../cli/millrace.js';
import type { Accounts, Guide } from './guide.js';

interface Shown {
  readonly stopped: string;
  readonly trials: readonly {
    readonly number: number;
    readonly status: string;
    readonly score: number | null;
    readonly prunedAt?: number;
  }[];
}

/** They train with Python. */
export const TRAINING: Accounts = {
  'net-search': async (guide) => {
    const { result, run, values } = await guide.run('net-search');
    expect(result).toMatchObject({ status: 'completed' });
    const { trials } = await shown(guide, run.runId);
    const scores = trials.flatMap(({ score }) => score ?? []);
    expect(scores).toHaveLength(Number(values('tune')['trials']));
    expect(values('report')).toEqual({
      loss: Math.min(...scores),
      rate: (values('tune')['best'] as { rate: number }).rate,
    });
  },

  'bike-search': async (guide) => {
    const { stack } = guide;
    const data = join(packageRoot(), 'pipelines/examples/bike-demand/data/bike-hours.parquet');
    cpSync(data, join(stack.directory, 'data/bike-hours.parquet'));
    const { result, run, values } = await guide.run('bike-search');
    expect(result).toMatchObject({ status: 'completed' });
    expect(values('tune')).toMatchObject({ trials: 2, stopped: 'space' });
    expect(values('register')).toMatchObject({ model: 'bikes', version: 1 });
    const { trials } = await shown(guide, run.runId);
    const best = Math.min(...trials.map(({ score }) => score ?? Number.POSITIVE_INFINITY));
    expect(values('tune')['score']).toBe(best);
  },

  'net-halving': async (guide) => {
    const { result, run } = await guide.run('net-halving');
    expect(result).toMatchObject({ status: 'completed' });
    const { trials } = await shown(guide, run.runId);
    const pruned = (rung: number) => trials.filter(({ prunedAt }) => prunedAt === rung).length;
    expect([trials.length, pruned(0), pruned(1)]).toEqual([9, 6, 2]);
    expect(trials.filter(({ status }) => status === 'completed')).toHaveLength(1);
  },
};

async function shown({ cli }: Guide, runId: string): Promise<Shown> {
  const ended = await cli('tune', 'show', runId, '--json');
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  return document<Shown>(ended);
}
