import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUGS } from './bugs.js';
import { endProcessesIn } from './leftovers.js';
import { type PlantedBug, plantedIn } from './planted-bug.js';
import { runSuites, type SuiteEnd, type SuiteRun } from './run-suites.js';
import { buildSpoiled } from './spoiled-build.js';
import { openCopies } from './spoiled-copy.js';

/** `MILLRACE_PLANT=watchdog npx vitest run test/planted`: those alone whose name has the word. */
const CHOSEN = BUGS.filter(({ name }) => name.includes(process.env['MILLRACE_PLANT'] ?? ''));

const ends = new Map<PlantedBug, SuiteEnd | Error>();
const copies = openCopies();

beforeAll(async () => {
  const runs = new Map<PlantedBug, SuiteRun>();
  for (const bug of CHOSEN) {
    try {
      const root = copies.spoil(bug);
      if (bug.built !== undefined) await buildSpoiled(root, bug.built);
      const { caughtBy, spares = [], suite } = bug;
      runs.set(bug, { root, suite, tests: [caughtBy.test].concat(spares) });
    } catch (error) {
      ends.set(bug, error as Error);
    }
  }
  const ended = await runSuites(copies.directory, [...runs.values()]);
  for (const [bug, { root }] of runs) {
    ends.set(bug, ended.find((end) => end.root === root) ?? new Error('its suite was not run'));
  }
}, 900_000);
afterAll(() => {
  endProcessesIn(copies.directory);
  copies.remove();
});

describe('a suite finds', () => {
  it.each(CHOSEN.map((bug) => [bug.name, bug] as const))('%s', (_, bug) => {
    const end = ends.get(bug);
    if (end === undefined || end instanceof Error) throw end ?? new Error('it was not planted');
    expect(end.trouble).toBe('');
    const saidBy = (title: string) => end.tests.filter((test) => test.title.endsWith(title));
    const { test, saying } = bug.caughtBy;
    expect(saidBy(test), `does ${bug.suite} find it?`).toEqual([
      { title: expect.any(String), said: expect.any(String) },
    ]);
    expect(saidBy(test)[0]?.said).toMatch(saying);
    if (bug.spares !== undefined) {
      expect(saidBy(bug.spares)).toEqual([{ title: expect.any(String), said: null }]);
    }
  });
});

describe('a bug that cannot be planted', () => {
  const bug = { file: 'a.ts', text: 'one(', becomes: 'two(' } as PlantedBug;

  it.each(['', 'one(); one();'])('is told of: %j', (source) => {
    expect(() => plantedIn(source, bug)).toThrow('the place to plant at is gone');
  });

  it('is not one that stands once', () => {
    expect(plantedIn('const $1 = one();', { ...bug, becomes: "$'$1(" })).toBe("const $1 = $'$1();");
  });
});
