import { describe, expect, it } from 'vitest';
import type { StepRecord } from '../../../contracts/index.js';
import { compilePipeline } from '../../../pipelines/compile.js';
import { compareTrials } from '../../../pipelines/trial/compare-trials.js';
import { trialPlan } from '../../../pipelines/trial/trial-plan.js';
import { step } from '../../models/registry/sample-records.js';

const FILE = `apiVersion: millrace/v1
name: tried
model: m
params: {hour: {type: integer, default: 20}}
concurrency: {group: g}
schedule: {cron: "0 3 * * *"}
onFailure: [{run: [touch, failed]}]
steps:
  all: {uses: ingest, with: {source: a.parquet}}
  some: {uses: ingest, with: {source: a.parquet, where: "hour < \${params.hour}"}}
  model: {uses: train, with: {data: "\${steps.all.data}", target: y}}
  best: {uses: evaluate, with: {models: "\${steps.model.model}", holdout: "\${steps.all.data}", target: y}}
  register: {uses: register, with: {model: "\${steps.best.best}"}}
  ask: {uses: approve, timeout: 1d, with: {form: {n: {type: integer, min: 3}, c: {type: string, enum: [x, y]}}}}
  deploy: {uses: deploy, needs: [ask], with: {version: "\${steps.register.version}"}}
`;

function tried(filter?: string) {
  const compiled = compilePipeline(FILE, { file: 'p.yaml', baseDirectory: '/' });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors, null, 2));
  const sampled = filter === undefined ? [] : ['all', 'some'].map((id) => [id, filter] as const);
  const plan = trialPlan(compiled.plan, new Map(sampled));
  return { plan, step: (id: string) => plan.steps.find((one) => one.id === id) };
}

describe('the plan of a trial', () => {
  it('reads a part of each source, chosen by content, besides what the file leaves out', () => {
    const { step } = tried('hash("a") % 10 = 0');
    expect(step('all')?.with['where']).toBe('hash("a") % 10 = 0');
    expect(step('some')?.with['where']).toEqual({
      $concat: ['(', 'hour < ', { $expr: 'params.hour' }, ') AND hash("a") % 10 = 0'],
    });
    expect(tried().step('all')?.with['where']).toBeUndefined();
  });

  it('does every step, and changes nothing outside', () => {
    const { plan, step } = tried();
    expect(plan.steps.every(({ cache }) => cache === false)).toBe(true);
    expect([plan.schedule, plan.monitor, plan.onFailure, plan.concurrency]).toEqual([
      null,
      null,
      undefined,
      undefined,
    ]);
    expect(plan.steps.map(({ kind }) => kind)).toEqual([
      ...['ingest', 'ingest', 'train', 'evaluate', 'noop', 'noop', 'noop'],
    ]);
    expect(step('register')?.with).toEqual({ model: 'm', version: 1 });
    expect(step('deploy')?.with['version']).toEqual({ $expr: 'steps.register.version' });
    expect(step('ask')?.with['values']).toEqual({ n: 3, c: 'x' });
    expect(step('ask')?.timeoutMs).toBeGreaterThan(0);
  });
});

it('two trials are compared by what their steps handed on', () => {
  const record = (stepId: string, outputs: object): StepRecord => ({
    runId: 'r',
    stepId,
    kind: 'run',
    status: 'completed',
    attempts: 1,
    startedAt: null,
    endedAt: null,
    durationMs: null,
    cacheKey: null,
    failure: null,
    outcome: {
      status: 'completed',
      cached: false,
      gate: null,
      outputs: { values: {}, artifacts: {}, metrics: {}, ...outputs },
    },
  });
  const artifact = (sha256: string) => ({
    uri: `artifact:${sha256}`,
    sha256,
    bytes: 1,
    mediaType: 'x',
  });
  const first = [
    record('a', { values: { x: { p: 1, q: 2 } }, metrics: { mae: 1 } }),
    record('b', { artifacts: { data: artifact('1') }, metrics: { mae: 1 } }),
    record('c', {}),
  ];
  const second = [
    record('a', { values: { x: { q: 2, p: 1 } }, metrics: { mae: 1 } }),
    record('b', { artifacts: { data: artifact('2') }, metrics: { mae: 2 } }),
  ];
  expect(compareTrials(first, second).map(({ id, differing }) => [id, differing])).toEqual([
    ['a', []],
    ['b', ['data', 'metrics.mae']],
    ['c', ['status']],
  ]);
});

it('does not take the runs that a step starts for a difference', () => {
  const searched = (id: string, runId: string, score: number): StepRecord => ({
    ...step(runId, id, { kind: 'tune' }),
    outcome: {
      status: 'completed',
      cached: false,
      gate: null,
      outputs: { values: { runId, score }, artifacts: {}, metrics: {} },
    },
  });
  const compared = compareTrials(
    [searched('same', 'r1', 1), searched('other', 'r1', 1)],
    [searched('same', 'r2', 1), searched('other', 'r2', 2)],
  );
  expect(compared.map(({ differing }) => differing)).toEqual([[], ['score']]);
});
