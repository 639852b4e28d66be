import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistryWriter } from '../../models/registry/index.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import { step } from '../models/registry/sample-records.js';
import { document, millrace } from './millrace.js';
import { fillHome, MODEL, RUN_DONE, RUN_FAILED, RUN_REJECTED } from './registry-fixture.js';

let cwd: string;
let home: HomeLayout;

beforeAll(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'millrace-cli-')));
  home = await fillHome(cwd);
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

const call = (...args: string[]) => millrace(args, { cwd });

describe('runs', () => {
  test('lists the newest first, and filters', async () => {
    const all = document<{ runs: { runId: string }[] }>(await call('runs', '--json'));
    expect(all.runs.map(({ runId }) => runId)).toEqual([RUN_REJECTED, RUN_FAILED, RUN_DONE]);
    const failed = document<{ runs: { runId: string }[] }>(
      await call('runs', '--status', 'failed', '--limit', '5', '--json'),
    );
    expect(failed.runs.map(({ runId }) => runId)).toEqual([RUN_FAILED]);
  });

  test('finds the state directory from below it', async () => {
    const ended = await millrace(['runs', '--json'], { cwd: join(home.logsDir, 'runs') });
    expect(document<{ runs: unknown[] }>(ended).runs).toHaveLength(3);
  });

  test('a status that there is not is wrong usage and names those that there are', async () => {
    const ended = await call('runs', '--status', 'finished');
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('running, completed, failed, cancelled, rejected');
  });
});

describe('latest', () => {
  test('is no run that is a step or a trial of another', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'millrace-latest-'));
    const own = await fillHome(elsewhere);
    const registry = await openRegistryWriter(own.registryFile);
    try {
      const [last] = await registry.runs({ limit: 1 });
      if (last === undefined) throw new Error('there is no run');
      await registry.openRun({
        ...last,
        runId: '019aa1f2-0000-7000-8000-000000000004',
        trigger: { kind: 'pipeline', actor: `run:${RUN_REJECTED}`, reason: 'step each[3]' },
        startedAt: '2026-11-21T00:00:00.000Z',
      });
      const shown = await millrace(['show', 'latest', '--json'], { cwd: elsewhere });
      expect(document<{ runId: string }>(shown).runId).toBe(RUN_REJECTED);
    } finally {
      await registry.close();
      await rm(elsewhere, { recursive: true, force: true });
    }
  });
});

describe('show', () => {
  test('gives a run in the shape of `run --json`', async () => {
    const run = document<{
      runId: string;
      workflowId: string;
      status: string;
      planHash: string;
      steps: Record<string, Record<string, unknown>>;
    }>(await call('show', RUN_DONE, '--json'));
    expect(run).toMatchObject({
      runId: RUN_DONE,
      workflowId: `pipeline/bike-demand/${RUN_DONE}`,
      status: 'completed',
      planHash: 'a'.repeat(64),
    });
    expect(run.steps['train']).toMatchObject({
      status: 'completed',
      cached: false,
      attempts: 1,
      durationMs: 1500,
      metrics: { mae: 38.2211, r2: 0.91 },
    });
    expect(run.steps['ingest']).toMatchObject({ cached: true, outputs: { rows: 2160 } });
    expect(run.steps['ingest']?.['outputs']).toHaveProperty('data.sha256');
  });

  test('takes a beginning of an id when only one run has it', async () => {
    const one = await call('show', RUN_DONE.slice(0, 8));
    expect(one.code).toBe(0);
    expect(one.stdout).toContain(RUN_DONE);
    const several = await call('show', RUN_FAILED.slice(0, 8));
    expect(several.code).toBe(65);
    expect(several.stderr).toContain(RUN_FAILED);
    expect(several.stderr).toContain(RUN_REJECTED);
  });

  test('says which values a gate read, and how to override it', async () => {
    const { stdout } = await call('show', RUN_REJECTED);
    expect(stdout).toContain('metrics.mae = 140.5');
    expect(stdout).toContain('--override-gate evaluate');
  });

  test('a failed step shows its type, message and hint', async () => {
    const { stdout } = await call('show', RUN_FAILED);
    for (const text of ['StepProcessFailed', 'exit code 137', 'use fewer trees']) {
      expect(stdout).toContain(text);
    }
  });

  test('a run that there is not is bad input, also as a document', async () => {
    const ended = await call('show', 'ffff', '--json');
    expect(ended.code).toBe(65);
    expect(document(ended)).toEqual({
      error: {
        type: 'NotFound',
        message: 'there is no run ffff',
        hint: expect.stringContaining('millrace runs'),
      },
    });
  });
});

describe('logs', () => {
  test('prints every attempt of every step under its name', async () => {
    const { stdout } = await call('logs', RUN_FAILED);
    expect(stdout.indexOf('read 2160 rows')).toBeLessThan(stdout.indexOf('out of memory'));
    expect(stdout).toContain('==> train, attempt 2\nfitting again');
  });

  test('one step alone', async () => {
    const { stdout } = await call('logs', RUN_FAILED, 'ingest');
    expect(stdout).toBe('read 2160 rows\n');
  });

  test('follows to the end of a run that has ended', async () => {
    const { stdout, code } = await call('logs', RUN_FAILED, '--follow');
    expect(code).toBe(0);
    expect(stdout).toContain('train | out of memory again\n');
  });

  test('is one document with --json, each attempt as it was written', async () => {
    const { logs } = document<{ logs: unknown }>(await call('logs', RUN_FAILED, '--json'));
    const directory = join(home.logsDir, 'runs', RUN_FAILED);
    const log = (id: string, attempt: number, text: string) => ({
      step: id,
      attempt,
      file: join(directory, `${id}.${attempt}.log`),
      text,
    });
    expect(logs).toEqual([
      log('ingest', 1, 'read 2160 rows\n'),
      log('train', 1, 'fitting\nout of memory\n'),
      log('train', 2, 'fitting again\nout of memory again\n'),
    ]);
  });

  test('prints and follows a log of more lines than a call takes arguments', async () => {
    const directory = join(home.logsDir, 'runs', RUN_DONE);
    const lines = '"é"\n'.repeat(300_000);
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'train.1.log'), lines);
    const printed = await call('logs', RUN_DONE, 'train');
    expect(printed.stdout === lines, printed.stderr).toBe(true);
    const followed = await call('logs', RUN_DONE, 'train', '--follow');
    expect(followed.stdout === lines, followed.stderr).toBe(true);
    const { logs } = document<{ logs: readonly { text: string }[] }>(
      await call('logs', RUN_DONE, '--json'),
    );
    expect(logs.map(({ text }) => text === lines)).toEqual([true]);
    await rm(directory, { recursive: true });
  });

  test('names the nearest step', async () => {
    const ended = await call('logs', RUN_FAILED, 'trian');
    expect(ended.code).toBe(65);
    expect(ended.stderr).toContain('did you mean train?');
  });

  test('refuses an item that its step does not have', async () => {
    const registry = await openRegistryWriter(home.registryFile);
    await registry.recordItems([{ ...step(RUN_DONE, 'train[0]'), item: 'depth=4' }]);
    await registry.close();
    expect((await call('logs', RUN_DONE, 'train[0]')).code).toBe(0);
    for (const item of ['train[1]', 'train[depth=8]']) {
      const ended = await call('logs', RUN_DONE, item);
      expect(ended.code).toBe(65);
      expect(ended.stderr).toContain(`has no item ${item}`);
    }
    expect((await call('logs', RUN_DONE, 'trian[0]')).stderr).toContain('did you mean train?');
  });
});

describe('models', () => {
  test('lists champions', async () => {
    const { models } = document<{ models: unknown[] }>(await call('models', '--json'));
    expect(models).toEqual([
      expect.objectContaining({
        name: MODEL,
        champion: 2,
        versions: 3,
        metrics: { mae: 44.2, r2: 0.87 },
      }),
    ]);
  });

  test('shows one in the settled shape', async () => {
    const model = document<{ versions: object[]; ledger: object[] }>(
      await call('models', 'show', MODEL, '--json'),
    );
    expect(model).toMatchObject({ name: MODEL, champion: 2 });
    expect(model.versions[0]).toMatchObject({
      version: 1,
      status: 'ready',
      approval: 'approved',
      metrics: { mae: 61.4, r2: 0.87 },
      planHash: 'a'.repeat(64),
      runId: RUN_DONE,
      createdAt: expect.any(String),
    });
    expect(model.ledger.at(-1)).toMatchObject({
      at: '2026-11-20T14:00:00.000Z',
      actor: 'monitor',
      action: 'rolled-back',
      from: 3,
      to: 2,
      reason: 'version 2 was better on the same rows',
      evidence: { requestId: 'request-4' },
    });
  });

  test('tells the ledger in sentences', async () => {
    const { stdout } = await call('models', 'show', MODEL);
    expect(stdout).toContain('ada made version 3 the champion in place of version 2: trying');
    expect(stdout).toContain('the monitor brought version 2 back in place of version 3: version 2');
  });

  test('names the nearest model', async () => {
    const ended = await call('models', 'show', 'bike-demnd');
    expect(ended.code).toBe(65);
    expect(ended.stderr).toContain('did you mean bike-demand?');
  });
});

describe('monitor', () => {
  test('shows the last windows with their verdicts', async () => {
    const { stdout } = await call('monitor', MODEL);
    expect(stdout).toMatch(/2011-07-22 .*60 %.*data-drift {2}→ retrain/);
    expect(stdout).toContain('last verdict: 60 % of the columns drifted');
  });

  test('follows one metric', async () => {
    const { series } = document<{ series: { value: number }[] }>(
      await call('monitor', 'history', MODEL, '--metric', 'mae', '--json'),
    );
    expect(series.map(({ value }) => value)).toEqual([42, 45.5, 71.25]);
  });

  test('shows what was measured in the last window: performance with its interval, bias', async () => {
    const { stdout } = await call('monitor', MODEL);
    expect(stdout).toMatch(/✓ performance {2}mae 71.3 \(95 %: 67.3 to 76.3\)/);
    expect(stdout).toMatch(/\? bias +-7 \(95 %: -9 to -5\), hold-out \+0.5, variance 5400/);
  });

  test('follows the bias with its interval; a window of an earlier release has none', async () => {
    const { series } = document<{ series: { value: number | null; interval: unknown }[] }>(
      await call('monitor', 'history', MODEL, '--metric', 'bias', '--json'),
    );
    expect(series.map(({ value }) => value)).toEqual([null, -3.5, -7]);
    expect(series.map(({ interval }) => interval)).toEqual([
      null,
      { low: -5.5, high: -1.5, method: 'student-t' },
      { low: -9, high: -5, method: 'student-t' },
    ]);
    const { stdout } = await call('monitor', 'history', MODEL, '--metric', 'bias');
    expect(stdout).toMatch(/none\n.*-3\.5 \[-5\.5, -1\.5\] +█+\n.*-7 \[-9, -5\] +█+/);
  });

  test('names the metrics that there are', async () => {
    const ended = await call('monitor', 'history', MODEL, '--metric', 'mea');
    expect(ended.code).toBe(65);
    expect(ended.stderr).toContain('did you mean mae?');
  });

  test('follows one feature, where windows have histograms', async () => {
    const ended = await call('monitor', 'history', MODEL, '--feature', 'hour', '--json');
    expect(JSON.parse(ended.stdout)).toEqual({ name: MODEL, feature: 'hour', windows: [] });
    const page = await call('monitor', 'history', MODEL, '--html', 'page.html');
    expect([page.code, page.stderr]).toEqual([2, expect.stringContaining('--feature')]);
    const both = await call('monitor', 'history', MODEL, '--feature', 'a', '--metric', 'mae');
    expect(both.code).toBe(2);
  });
});

describe('changes by hand are checked before anything is started', () => {
  test.each([
    [['promote', 'bike-demand', '--reason', 'x'], 2, 'NAME@VERSION'],
    [['promote', 'bike-demand@2'], 2, '--reason'],
    [['promote', 'bike-demand@9', '--reason', 'x'], 65, 'it has: 1, 2, 3'],
    [['promote', 'bike-demnd@1', '--reason', 'x'], 65, 'did you mean bike-demand?'],
    [['rollback', 'bike-demand', '--to', 'one', '--reason', 'x'], 2, 'version number'],
    [['rollback', 'bike-demand', '--to', '9', '--reason', 'x'], 65, 'has no version 9'],
    [['monitor', 'signal', 'bike-demand', 'retire', '--reason', 'x'], 2, 'retrain, rollback'],
    [['monitor', 'check', 'nothing'], 65, 'there is no model nothing'],
    [['cancel', 'ffff'], 65, 'there is no run ffff'],
  ])('millrace %j ends with %i', async (args, code, words) => {
    const ended = await call(...args);
    expect(ended.stderr).toContain(words);
    expect(ended.code).toBe(code);
  });

  test('promoting the champion changes nothing and needs no server', async () => {
    const ended = await call('promote', 'bike-demand@2', '--reason', 'x');
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('champion already') });
  });

  test('cancelling a run that has ended says how it ended', async () => {
    const ended = await call('cancel', RUN_DONE);
    expect(ended).toMatchObject({ code: 1, stdout: expect.stringContaining('completed') });
  });

  test('a Temporal that does not answer is 69 and says so', async () => {
    const ended = await millrace(['promote', 'bike-demand@1', '--reason', 'x', '--json'], {
      cwd,
      env: { TEMPORAL_ADDRESS: '127.0.0.1:1' },
    });
    expect(ended.code).toBe(69);
    expect(document(ended)).toMatchObject({ error: { type: 'ServiceUnavailable' } });
    expect(ended.stderr).toContain('127.0.0.1:1');
  });
});
