import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CacheEntry } from '../../contracts/index.js';
import { explainMiss, findResult, type StepKey, stepKey } from '../../pipelines/cache/index.js';
import { compilePipeline } from '../../pipelines/index.js';

let place: string;
/** Of the pipeline file. */
let directory: string;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'reuse-'));
  directory = join(place, 'pipeline');
  await mkdir(join(directory, 'steps/lib'), { recursive: true });
  await mkdir(join(directory, 'other'));
  for (const [name, text] of Object.entries({
    'steps/train.py': 'import lib.helper',
    'steps/lib/helper.py': 'x = 1',
    'steps/lib/notes.md': 'words',
    'other/shared.py': 'y = 1',
    'requirements.txt': 'numpy==2.0',
  })) {
    await write(name, text);
  }
});
afterEach(() => rm(place, { recursive: true }));

const write = (name: string, text: string) => writeFile(join(directory, name), text);

function compile(step: string) {
  const text = `apiVersion: millrace/v1\nname: demo\nparams: {mode: {type: string, default: fast}}\nsteps:\n  train: {run: [python, steps/train.py], ${step}}\n`;
  return compilePipeline(text, { file: 'f', baseDirectory: directory });
}

async function keyOf(
  step: string,
  env: Record<string, string | null> = {},
  argv: readonly string[] = ['python', 'steps/train.py'],
): Promise<StepKey> {
  const compiled = compile(step);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
  const [planned] = compiled.plan.steps;
  if (planned === undefined) throw new Error('no step');
  const key = await stepKey({
    pipeline: compiled.plan,
    step: planned,
    inputs: {},
    argv,
    env,
    baseDirectory: directory,
    championVersion: null,
    environment: { numpy: '2.0' },
  });
  if (key.key === null) throw new Error(key.reason);
  return key;
}

/** Why the step is done again after a change. */
async function whyAgain(
  change: () => Promise<unknown>,
  step = 'retry: {}',
  env?: Record<string, string>,
) {
  const before = await keyOf(step, env);
  await change();
  const now = await keyOf(step, env);
  return now.key === before.key ? 'reused' : explainMiss(now.parts, before.parts);
}

test('of a long command the word that changed is told', async () => {
  const why = async (depth: string, note: string) => {
    const before = ['python', 'steps/train.py', '4', 'x'.repeat(100)];
    const [{ parts: was }, { parts: is }] = await Promise.all([
      keyOf('retry: {}', {}, before),
      keyOf('retry: {}', {}, ['python', 'steps/train.py', depth, note]),
    ]);
    return explainMiss(is, was);
  };
  expect(await why('8', 'x'.repeat(100))).toBe('command[2] changed from 4 to 8');
  expect(await why('4', 'y'.repeat(120))).toBe('command[3] changed');
});

describe('a command is done again when', () => {
  test.each([
    ['its script changes', 'steps/train.py', 'the code steps/train.py changed'],
    [
      'a helper module below it changes',
      'steps/lib/helper.py',
      'the code steps/lib/helper.py changed',
    ],
    ['a helper module is added', 'steps/lib/more.py', 'the code steps/lib/more.py is new'],
    [
      'the lock file of its interpreter changes',
      'requirements.txt',
      'the lock file requirements.txt changed',
    ],
  ])('%s', async (_name, file, reason) => {
    expect(await whyAgain(() => write(file, 'changed'))).toBe(reason);
  });

  test.each([
    ['code that lies elsewhere changes', 'other/shared.py'],
    ['words below its script change', 'steps/lib/notes.md'],
  ])('but not when %s', async (_name, file) => {
    expect(await whyAgain(() => write(file, 'changed'))).toBe('reused');
  });

  test('code that it declares changes, and no other', async () => {
    const declared = 'code: ["other/**/*.py"]';
    expect(await whyAgain(() => write('other/shared.py', 'y = 2'), declared)).toBe(
      'the code other/shared.py changed',
    );
    expect(await whyAgain(() => write('steps/lib/helper.py', 'x = 3'), declared)).toBe('reused');
  });

  test('what it declares as its code names no file: what it rests on is not known', async () => {
    await expect(keyOf('code: [libs/*.py, more/**/*.py]')).rejects.toThrow(
      'code: names no file: libs/*.py, more/**/*.py',
    );
    await expect(keyOf('code: [libs/*.py, other/*.py]')).resolves.toHaveProperty('key');
  });

  test('a path that it declares beside others is not there', async () => {
    await expect(keyOf('code: [steps/train.py, step/helper.py]')).rejects.toThrow(
      'code: names no file: step/helper.py',
    );
  });

  test.each([
    ['its script', ['python', '../shared/clean.py'], '../shared/clean.py', 'retry: {}'],
    [
      'what lies beside its script',
      ['python', '../shared/clean.py'],
      '../shared/more.py',
      'retry: {}',
    ],
    [
      'a file of words that it is given',
      ['python', 'steps/train.py', '../shared/words.txt'],
      '../shared/words.txt',
      'retry: {}',
    ],
    [
      'code that it declares',
      ['python', 'steps/train.py'],
      '../shared/clean.py',
      'code: ["../shared/*.py"]',
    ],
  ])('%s changes outside the directory of the pipeline', async (_name, argv, changed, step) => {
    await mkdir(join(directory, '../shared'));
    for (const name of ['clean.py', 'more.py', 'words.txt']) await write(`../shared/${name}`, 'a');
    const before = await keyOf(step, {}, argv);
    await write(changed, 'b');
    const now = await keyOf(step, {}, argv);
    expect(explainMiss(now.parts, before.parts)).toBe(`the code ${changed} changed`);
  });

  test('but not when the interpreter of its environment does', async () => {
    await mkdir(join(directory, '../machine'));
    await write('../machine/python3', 'one');
    await mkdir(join(directory, '.venv/bin'), { recursive: true });
    await symlink(join(directory, '../machine/python3'), join(directory, '.venv/bin/python'));
    const argv = ['.venv/bin/python', 'steps/train.py'];
    expect(Object.keys((await keyOf('retry: {}', {}, argv)).parts)).not.toContain(
      'code:../machine/python3',
    );
  });

  test('the nearest lock file is another', async () => {
    expect(await whyAgain(() => write('steps/uv.lock', 'numpy 3'))).toContain(
      'the lock file steps/uv.lock is new',
    );
  });

  test('a variable that it declares changes, without showing what the worker has', async () => {
    const fast = await keyOf('env: {MODE: fast}', { MODE: 'fast' });
    const slow = await keyOf('env: {MODE: slow}', { MODE: 'slow' });
    expect(explainMiss(slow.parts, fast.parts)).toBe('the variable MODE changed from fast to slow');
    process.env['REUSE_SECRET'] = 'hunter2';
    const before = await keyOf('env: {REUSE_SECRET: }', { REUSE_SECRET: null });
    process.env['REUSE_SECRET'] = 'hunter3';
    const now = await keyOf('env: {REUSE_SECRET: }', { REUSE_SECRET: null });
    delete process.env['REUSE_SECRET'];
    expect(explainMiss(now.parts, before.parts)).toBe('the variable REUSE_SECRET changed');
    expect(JSON.stringify([before, now])).not.toContain('hunter');
  });

  test('its salt is another, or it is of another pipeline and asks for its own', async () => {
    const one = await keyOf('cache: {salt: one}');
    const two = await keyOf('cache: {salt: two}');
    expect(explainMiss(two.parts, one.parts)).toBe('salt changed from one to two');
    expect((await keyOf('cache: {scope: pipeline}')).parts).toMatchObject({ pipeline: 'demo' });
  });
});

describe('a result that is found', () => {
  const key = { key: 'k', parts: { kind: 'run' } };
  const sha256 = 'a'.repeat(64);
  const data = { uri: `artifact:sha256/${sha256}`, sha256, bytes: 1, mediaType: 'text/csv' };
  const entry: CacheEntry = {
    key: 'k',
    pipeline: 'demo',
    stepId: 'train',
    runId: 'r1',
    parts: { kind: 'run' },
    outcome: {
      status: 'completed',
      cached: true,
      outputs: { values: {}, artifacts: { data }, metrics: {} },
      gate: null,
    },
    createdAt: '2024-01-01T00:00:00.000Z',
  };
  const found = (cache: Parameters<typeof findResult>[0]['cache'], defect: string | null = null) =>
    findResult(
      { id: 'train', ...(cache !== undefined && { cache }) },
      key,
      { lookup: async () => entry, latest: async () => null, artifactDefect: async () => defect },
      Date.parse('2024-01-01T01:00:00.000Z'),
    );

  test('counts while it is young enough and intact', async () => {
    expect(await found({ ttlMs: 3_600_000 })).toMatchObject({ status: 'hit' });
    expect(await found({ ttlMs: 3_599_999 })).toEqual({
      status: 'miss',
      reason: 'the result of run r1 is older than its ttl',
    });
    expect(await found(undefined, 'is damaged: its content is another')).toEqual({
      status: 'miss',
      reason: 'the artifact data of run r1 is damaged: its content is another',
    });
    expect(await found(false)).toMatchObject({ status: 'miss' });
  });
});

test.each([
  ['true', 'cache: true', 'expected false or a mapping, found true'],
  ['an unknown key', 'cache: {tll: 1d}', 'unknown key tll'],
  ['an unknown scope', 'cache: {scope: shraed}', 'unknown scope'],
  ['a variable of millrace itself', 'env: {MILLRACE_HOME: x}', "millrace's own"],
])('the compiler refuses %s', (_name, step, message) => {
  const compiled = compile(step);
  expect(compiled.ok ? [] : compiled.errors.map((error) => error.message)).toEqual([
    expect.stringContaining(message),
  ]);
});
