import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import type { StepWork } from '../../../activities/step-work.js';
import { register } from '../../../activities/steps/register.js';
import { MEDIA_TYPE, type PipelinePlan } from '../../../contracts/index.js';
import { createModelServers, type ModelServers } from '../../../models/sources/index.js';
import { packDirectory } from '../../../storage/artifacts/packed-directory.js';
import type { Table } from '../../../storage/tabular/index.js';
import { monitorSpec } from '../../monitoring/measuring/monitor-spec.js';
import { stepsBench } from './steps-bench.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/servers/', import.meta.url));
const ROWS = 120;

const bench = stepsBench();
let servers: ModelServers | null = null;
afterAll(() => servers?.close());

const SIGNATURE = {
  inputs: [{ name: 'a' }, { name: 'b', kind: 'integer', nullable: true }],
  context: [{ name: 'hour', role: 'time' }],
  output: { name: 'rentals' },
};

/** rentals = 3 a + b, and 1 too many in every second row. */
function table(): Table {
  const values = (of: (row: number) => number) =>
    Float64Array.from({ length: ROWS }, (_, i) => of(i));
  return {
    rows: ROWS,
    columns: [
      { name: 'a', kind: 'number', values: values((row) => row % 10) },
      { name: 'b', kind: 'integer', values: values((row) => row % 7) },
      {
        name: 'hour',
        kind: 'timestamp',
        values: values((row) => Date.UTC(2024, 0, 1) + row * 3.6e6),
      },
      {
        name: 'rentals',
        kind: 'number',
        values: values((row) => 3 * (row % 10) + (row % 7) + (row % 2)),
      },
    ],
    metadata: {},
  };
}

/** The model of a step before: a directory with its program and what it learned. */
async function files() {
  const { home, artifacts } = bench();
  const directory = join(home.workDir, 'packed');
  await mkdir(directory, { recursive: true });
  await cp(join(FIXTURES, 'linear.py'), join(directory, 'linear.py'));
  await writeFile(join(directory, 'factor.txt'), '3');
  await packDirectory(directory, `${directory}.tar`);
  return artifacts.putFile(`${directory}.tar`, MEDIA_TYPE.tar);
}

/** `register` where servers may be started, and with more of the plan. */
function registering(plan: Partial<PipelinePlan> = {}): StepWork {
  const { home, artifacts } = bench();
  servers ??= createModelServers({ home, artifacts, logger: pino({ level: 'silent' }) });
  const started = servers;
  return (context) =>
    register({
      ...context,
      deps: { ...context.deps, servers: started },
      // Each is another effect: the same step of the same run makes one version.
      task: { ...context.task, stepId: `register-${Object.keys(plan).length}` },
      plan: { ...context.plan, ...plan },
    });
}

const command = ['python3', '{model}/linear.py', '{model}'];

describe('a server in place of a model', () => {
  it('becomes a version, measured on the hold-out, with an example that it answers', {
    timeout: 180_000,
  }, async () => {
    const { put, work, registry, artifacts } = bench();
    const data = await put(table());
    const server = { protocol: 'invocations', command, files: await files(), timeout: '5s' };
    const inputs = { server, signature: SIGNATURE, data, holdout: data };
    const { outputs } = await work('register', registering(), inputs);
    expect(outputs.metrics['mae']).toBeCloseTo(0.5, 12);
    const version = await registry.version('bikes', Number(outputs.values['version']));
    expect(version?.content).toMatchObject({
      server: { protocol: 'invocations', timeoutMs: 5_000, place: { argv: command } },
      signature: { task: 'regression', output: { name: 'rentals', kind: 'number' } },
      target: 'rentals',
      timeColumn: 'hour',
      trainingRows: ROWS,
    });
    const example = version?.provenance?.example;
    expect(example && (await artifacts.readJson(example))).toMatchObject({
      answer: { predictions: expect.arrayContaining([expect.any(Number)]) },
    });
  });

  it('that is asked several times has a profile of how sure it is', async () => {
    const { put, work, registry, artifacts } = bench();
    const words = ['perhaps', 'sure'];
    const data = await put({
      rows: ROWS,
      columns: [
        {
          name: 'text',
          kind: 'string',
          values: Array.from({ length: ROWS }, (_, i) => words[i % 2] ?? ''),
        },
        { name: 'word', kind: 'string', values: Array.from({ length: ROWS }, () => 'yes') },
        {
          name: 'hour',
          kind: 'timestamp',
          values: Float64Array.from({ length: ROWS }, (_, i) => Date.UTC(2024, 0, 1) + i * 3.6e6),
        },
      ],
      metadata: {},
    });
    const signature = {
      inputs: [{ name: 'text', kind: 'string' }],
      context: [{ name: 'hour', role: 'time' }],
      output: { name: 'word', classes: ['no', 'yes'] },
    };
    const file = await bench().file(
      'undecided.py',
      await readFile(join(FIXTURES, 'undecided.py'), 'utf8'),
    );
    const server = { protocol: 'invocations', command: ['python3', file] };
    const spec = monitorSpec({ performance: { metric: 'accuracy', worseThanShare: 0.1 } });
    const monitored = registering({
      serve: { sampling: { times: 5, concurrency: 1 } },
      monitor: { ...spec, window: { ...spec.window, everyMs: 86_400_000, minRows: 20 } },
    });
    const { outputs } = await work('register', monitored, {
      server,
      signature,
      data,
      holdout: data,
    });
    expect(outputs.metrics['accuracy']).toBe(1);
    expect(Object.values(outputs.metrics).every(Number.isFinite)).toBe(true);
    const version = await registry.version('bikes', Number(outputs.values['version']));
    const profile =
      version?.profile && (await artifacts.readJson<{ confidence: unknown }>(version.profile));
    expect(profile?.confidence).not.toBeNull();
  });
});
