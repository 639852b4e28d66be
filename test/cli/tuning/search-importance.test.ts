import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { importanceOf } from '../../../activities/tuning/importance.js';
import { randomTrial } from '../../../activities/tuning/plain-trials.js';
import { searchImportance } from '../../../cli/tuning/search-importance.js';
import {
  MillraceError,
  type SearchSpace,
  type Trial,
  type TuningHistory,
} from '../../../contracts/index.js';
import { pythonEnvironment } from '../../../setup/pinned-environment.mjs';
import { PYTHON, PYTHON_DIRECTORY, PYTHON_NOTE, WITHOUT_PYTHON } from '../../python/python.js';

const SEED = 7;
const signal = new AbortController().signal;
const here = { python: () => ({ executable: PYTHON, directory: PYTHON_DIRECTORY }), signal };
const missing = {
  python: (): never => {
    throw new MillraceError('EnvironmentMissing', 'there is none', 'run `millrace setup`');
  },
  signal,
};

/** A search of trials drawn at random. */
function searched(
  space: SearchSpace,
  count: number,
  scoreOf: (params: { readonly [name: string]: number }, number: number) => number | null,
  statusOf: (number: number) => Trial['status'] = () => 'completed',
): TuningHistory {
  const trials = Array.from({ length: count }, (_, number): Trial => {
    const params = randomTrial(space, SEED, number);
    return {
      number,
      params,
      status: statusOf(number),
      score: scoreOf(params as { readonly [name: string]: number }, number),
      runId: `run-${number}`,
      detail: null,
      startedAt: '2026-01-31T12:00:00.000Z',
      durationMs: 1_000,
    };
  });
  return {
    format: 'millrace-tuning/2',
    metric: 'loss',
    goal: 'minimise',
    method: 'random',
    seed: SEED,
    space,
    halving: null,
    trials,
    best: null,
    stopped: 'trials',
    importance: importanceOf(space, trials),
  };
}

const UNIT: SearchSpace = { x: { float: [0, 1] }, y: { float: [0, 1] }, z: { float: [0, 1] } };

async function sharesOf(history: TuningHistory): Promise<{ readonly [name: string]: number }> {
  const { evaluator, shares } = await searchImportance(history, here);
  expect(evaluator).toBe('shapleyEffects');
  const known = shares.flatMap(({ parameter, share }) =>
    share === null ? [] : [[parameter, share] as const],
  );
  expect(known.reduce((sum, [, share]) => sum + share, 0)).toBeCloseTo(1, 9);
  return Object.fromEntries(known);
}

describe.skipIf(WITHOUT_PYTHON)(`the importance of parameters${PYTHON_NOTE}`, () => {
  let optuna: string;
  beforeAll(async () => {
    const requirements = join(PYTHON_DIRECTORY, 'requirements-tuning.txt');
    optuna = await pythonEnvironment(requirements, { complete: true });
  }, 300_000);

  /** What each explains by itself, as Optuna tells it. */
  function byOptuna({ space, trials, seed }: TuningHistory): { readonly [name: string]: number } {
    const script = fileURLToPath(new URL('optuna_importance.py', import.meta.url));
    const scored = trials.filter(({ score }) => score !== null);
    const input = JSON.stringify({ space, seed, trials: scored });
    return JSON.parse(execFileSync(PYTHON, [script, optuna], { input, encoding: 'utf8' }));
  }

  it('is what Optuna finds where no parameter hangs on another, and what is known', async () => {
    // The variances of 3x, y and 0 are as 9, 1 and 0.
    const history = searched(UNIT, 200, ({ x = 0, y = 0 }) => 3 * x + y);
    const [shares, theirs] = [await sharesOf(history), byOptuna(history)];
    for (const [name, known] of Object.entries({ x: 0.9, y: 0.1, z: 0 })) {
      expect(Math.abs((shares[name] ?? 1) - known), name).toBeLessThan(0.04);
      expect(Math.abs((shares[name] ?? 1) - (theirs[name] ?? 1)), name).toBeLessThan(0.03);
    }
  });

  it('counts what parameters do together, half for each of two', async () => {
    const history = searched(UNIT, 300, ({ x = 0, y = 0 }) => (x - 0.5) * (y - 0.5));
    const shares = await sharesOf(history);
    expect(shares['x']).toBeGreaterThan(0.4);
    expect(shares['y']).toBeGreaterThan(0.4);
    expect(shares['z']).toBeLessThan(0.1);
    // Each by itself explains nothing of it.
    const alone = importanceOf(UNIT, history.trials);
    expect(Math.max(...alone.map(({ share }) => share ?? 1))).toBeLessThan(0.1);
  });

  it('of a choice, and of a parameter that counts with one of its values alone', async () => {
    // kind is 0 or 1, leaves even in [0, 1]: of kind · 2 · leaves, kind alone explains 3/5, leaves
    // alone 1/5, both together 1/5.
    const space: SearchSpace = {
      kind: { choice: ['line', 'tree'] },
      leaves: { int: [0, 1_000], when: { kind: 'tree' } },
      idle: { float: [0.001, 1], log: true },
    };
    const shares = await sharesOf(searched(space, 300, ({ leaves = 0 }) => leaves));
    expect(Math.abs((shares['kind'] ?? 0) - 0.7)).toBeLessThan(0.06);
    expect(Math.abs((shares['leaves'] ?? 0) - 0.3)).toBeLessThan(0.06);
    expect(shares['idle']).toBeLessThan(0.04);
  });

  it('goes by orders of magnitude where the search does', async () => {
    const space: SearchSpace = { rate: { float: [1e-6, 1], log: true }, x: { float: [0, 6] } };
    const shares = await sharesOf(
      searched(space, 200, ({ rate = 1, x = 0 }) => -Math.log10(rate) + x),
    );
    expect(Math.abs((shares['rate'] ?? 0) - 0.5)).toBeLessThan(0.06);
  });

  it('takes no trial without a score, and is the same for the same seed', async () => {
    const score = ({ x = 0, y = 0 }: { readonly [name: string]: number }) => 3 * x + y * y;
    const some = searched(
      UNIT,
      60,
      (params, number) => (number % 3 === 0 ? null : score(params)),
      (number) => (number % 3 > 0 ? 'completed' : number % 2 === 0 ? 'pruned' : 'failed'),
    );
    const found = await searchImportance(some, here);
    expect(found).toMatchObject({ evaluator: 'shapleyEffects', trials: 40, note: null });
    const scored = { ...some, trials: some.trials.filter((trial) => trial.score !== null) };
    expect(await searchImportance(scored, here)).toEqual(found);
  });

  it('is not known of what never changed, of equal scores, and of scores that hang on nothing', async () => {
    const still = searched({ ...UNIT, same: { choice: ['a'] } }, 40, ({ x = 0 }) => x);
    const { shares } = await searchImportance(still, here);
    expect(shares.at(-1)).toEqual({ parameter: 'same', share: null });

    const equal = await searchImportance(
      searched(UNIT, 40, () => 0.1),
      here,
    );
    expect(equal).toMatchObject({
      fit: null,
      note: expect.stringContaining('all scores are equal'),
    });
    expect(equal.shares.map(({ share }) => share)).toEqual([null, null, null]);

    const chance = await searchImportance(
      searched(UNIT, 40, (_, number) => (number * 7_919) % 41),
      here,
    );
    expect(chance.shares.map(({ share }) => share)).toEqual([null, null, null]);
    expect(chance.note).toContain('do not tell');
  });

  it('is told of scores whose squares are no numbers any more', async () => {
    const huge = await sharesOf(searched(UNIT, 40, ({ x = 0 }) => (3 * x - 1.5) * 1e308));
    expect(huge['x']).toBeGreaterThan(0.9);
  });
});

it('is not guessed from few scores, for which Python is not asked', async () => {
  const few = searched(UNIT, 9, (_, number) => (number < 5 ? number : null));
  expect(await searchImportance(few, missing)).toEqual({
    evaluator: 'shapleyEffects',
    shares: ['x', 'y', 'z'].map((parameter) => ({ parameter, share: null })),
    trials: 5,
    fit: null,
    note: '5 of 9 trials have a score; it takes 6',
  });
});

it('without Python is what each parameter explains by itself, and says so', async () => {
  const history = searched(UNIT, 40, ({ x = 0 }) => x);
  const found = await searchImportance(history, missing);
  expect(found).toMatchObject({
    evaluator: 'epsilonSquared',
    shares: history.importance,
    fit: null,
  });
  expect(found.note).toMatch(/the forest needs Python: there is none; run `millrace setup`/);
  const nowhere = {
    python: () => ({ executable: '/no/python', directory: PYTHON_DIRECTORY }),
    signal,
  };
  expect(await searchImportance(history, nowhere)).toMatchObject({
    evaluator: 'epsilonSquared',
    note: expect.stringContaining('/no/python'),
  });
});
