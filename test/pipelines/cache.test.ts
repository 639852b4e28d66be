import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { CacheEntry, PipelinePlan } from '../../contracts/index.js';
import { explainMiss, type PlanWalkPorts, walkPlan } from '../../pipelines/cache/index.js';
import { compilePipeline, drawPlan } from '../../pipelines/index.js';

const sha = (letter: string) => letter.repeat(64);
const ref = (letter: string) => ({
  uri: `artifact:sha256/${sha(letter)}`,
  sha256: sha(letter),
  bytes: 1,
  mediaType: 'application/octet-stream',
});

const PIPELINE = [
  'apiVersion: millrace/v1',
  'name: demo',
  'model: demo',
  'params: {depth: {type: integer, default: 4}, limit: {type: number, default: 9}}',
  'steps:',
  '  ingest: {uses: ingest, with: {source: data/a.csv}}',
  '  clean: {run: "python steps/clean.py", with: {data: "${steps.ingest.data}"}}',
  '  train: {uses: train, with: {data: "${steps.clean.data}", target: y, depth: "${params.depth}"}}',
  '  evaluate: {uses: evaluate, gate: metrics.mae < params.limit, with: {models: "${steps.train.model}", holdout: "${steps.clean.holdout}", target: y}}',
  '  register: {uses: register, with: {model: "${steps.evaluate.best}"}}',
  '  late: {uses: noop, if: params.depth > 100, needs: register}',
  '  last: {uses: noop, needs: [late, ingest]}',
].join('\n');

const OUTPUTS: { readonly [step: string]: CacheEntry['outcome']['outputs'] } = {
  ingest: { values: { rows: 3 }, artifacts: { data: ref('a') }, metrics: {} },
  clean: { values: {}, artifacts: { data: ref('b'), holdout: ref('c') }, metrics: {} },
  train: { values: {}, artifacts: { model: ref('d') }, metrics: {} },
  evaluate: { values: {}, artifacts: { best: ref('e') }, metrics: { mae: 1 } },
};

describe('walking a plan', () => {
  let directory: string;
  let plan: PipelinePlan;
  const store = new Map<string, CacheEntry>();
  const newest = new Map<string, CacheEntry>();

  const ports = (changes: Partial<PlanWalkPorts> = {}): PlanWalkPorts => ({
    params: { depth: 4, limit: 9 },
    baseDirectory: directory,
    environment: { 'scikit-learn': '1.0' },
    lookup: async (key) => store.get(key) ?? null,
    latest: async (step) => newest.get(step)?.parts ?? null,
    artifactDefect: async () => null,
    championVersion: async () => null,
    ...changes,
  });

  /** Runs what is missing, as an engine would, until nothing but effects is left. */
  async function fill(changes: Partial<PlanWalkPorts> = {}): Promise<void> {
    for (let round = 0; round < plan.steps.length; round += 1) {
      for (const { stepId, status, key, parts } of await walkPlan(plan, ports(changes))) {
        const outputs = OUTPUTS[stepId];
        if (status !== 'miss' || key === undefined || parts === undefined || outputs === undefined)
          continue;
        const outcome = { status: 'completed', cached: false, outputs, gate: null } as const;
        const entry = {
          key,
          parts,
          outcome,
          stepId,
          pipeline: 'demo',
          runId: 'r1',
          createdAt: '2011-01-01',
        };
        store.set(key, entry);
        newest.set(stepId, entry);
      }
    }
  }

  const statuses = async (changes: Partial<PlanWalkPorts> = {}) => {
    const walked = await walkPlan(plan, ports(changes));
    return Object.fromEntries(
      walked.map(({ stepId, status, reason }) => [stepId, `${status}: ${reason}`]),
    );
  };

  beforeEach(async () => {
    store.clear();
    newest.clear();
    directory = await mkdtemp(join(tmpdir(), 'cache-'));
    await mkdir(join(directory, 'data'));
    await mkdir(join(directory, 'steps'));
    await writeFile(join(directory, 'data/a.csv'), 'x,y\n1,2\n');
    await writeFile(join(directory, 'steps/clean.py'), 'import shared\n');
    await writeFile(join(directory, 'steps/shared.py'), 'x = 1\n');
    const compiled = compilePipeline(PIPELINE, { file: 'f', baseDirectory: directory });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
    plan = compiled.plan;
  });

  test('stops at the first miss', async () => {
    expect(await statuses()).toEqual({
      ingest: 'miss: it has no earlier result',
      clean: 'unknown: ingest will run first',
      train: 'unknown: clean will run first',
      evaluate: 'unknown: clean will run first',
      register: 'unknown: register changes something outside the run: it always runs',
      late: 'unknown: it is skipped: params.depth > 100 is false',
      last: 'unknown: late is skipped',
    });
  });

  test('finds everything again but the effects', async () => {
    await fill();
    const found = await statuses();
    for (const step of ['ingest', 'clean', 'train', 'evaluate']) {
      expect(found[step]).toBe('hit: nothing changed since run r1');
    }
    expect(found['register']).toMatch(/^unknown: register changes something outside/);
  });

  test.each([
    ['a parameter', { params: { depth: 8, limit: 9 } }, 'train', 'with.depth changed from 4 to 8'],
    [
      'a gate’s parameter',
      { params: { depth: 4, limit: 8 } },
      'evaluate',
      'params.limit changed from 9 to 8',
    ],
    [
      'a library',
      { environment: { 'scikit-learn': '2.0' } },
      'clean',
      'the version of scikit-learn changed from 1.0 to 2.0',
    ],
    [
      'the champion',
      { championVersion: async () => 3 },
      'evaluate',
      'the champion changed from none to demo@3',
    ],
    [
      'a lost artifact',
      {
        artifactDefect: async ({ sha256 }: { sha256: string }) =>
          sha256 === sha('d') ? 'is gone' : null,
      },
      'train',
      'the artifact model of run r1 is gone',
    ],
  ])('names %s that changed', async (_name, changes, step, reason) => {
    await fill();
    expect((await statuses(changes))[step]).toBe(`miss: ${reason}`);
  });

  test.each([
    ['data/a.csv', 'ingest', 'the file data/a.csv changed'],
    ['steps/clean.py', 'clean', 'the code steps/clean.py changed'],
    ['steps/shared.py', 'clean', 'the code steps/shared.py changed'],
  ])('names %s when its content changed', async (file, step, reason) => {
    await fill();
    await writeFile(join(directory, file), 'other\n');
    expect((await statuses())[step]).toBe(`miss: ${reason}`);
  });

  test('a variable of the worker is what it was, wherever the plan is asked for, and that is said', async () => {
    const text = PIPELINE.replace('with: {data: "${steps.ingest.data}"}}', 'env: {TOKEN: }}');
    const compiled = compilePipeline(text, { file: 'f', baseDirectory: directory });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
    plan = compiled.plan;
    vi.stubEnv('TOKEN', 'of the worker');
    await fill();
    vi.stubEnv('TOKEN', 'of a shell');
    expect((await statuses())['clean']).toBe('miss: the variable TOKEN changed');
    expect((await statuses({ elsewhere: true }))['clean']).toBe(
      "hit: nothing changed since run r1, if the worker's TOKEN did not either",
    );
    vi.unstubAllEnvs();
  });

  test('a missing source is a miss that names it', async () => {
    await fill();
    const other = await mkdtemp(join(tmpdir(), 'cache-'));
    expect((await statuses({ baseDirectory: other }))['ingest']).toBe(
      'miss: the file data/a.csv is missing',
    );
  });

  test('a drawing shows every step and edge', () => {
    const drawn = drawPlan(plan, new Map([['ingest', 'hit']]));
    expect(drawn).toContain('s0["ingest"]:::hit');
    expect(drawn).toContain('s3 -->|gate| s4');
    expect(drawn).toContain('s4 -.-> s5');
  });
});

test('of many changes each is named, of very many as many as are read', () => {
  const parts = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`with.${'abcdefghijklm'[i]}`, '1']),
    );
  const first = 'with.a is new (1); with.b is new (1); with.c is new (1)';
  expect(explainMiss(parts(5), {})).toBe(`${first}; also with.d, with.e`);
  expect(explainMiss(parts(12), {})).toBe(
    `${first}; also with.d, with.e, with.f, with.g, with.h, with.i, with.j; and 2 more`,
  );
});
