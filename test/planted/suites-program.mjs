// A vitest of its own, which runs suites of copies of the project: SUITES is read, ENDS written.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVitest } from 'vitest/node';

const [suitesFile = '', endsFile = ''] = process.argv.slice(2);
/** @type {readonly import('./run-suites.js').SuiteRun[]} */
const suites = JSON.parse(readFileSync(suitesFile, 'utf8'));

const vitest = await createVitest('test', {
  config: false,
  watch: false,
  cache: false,
  // Two of them may wait in vain while the third works.
  maxWorkers: 3,
  // What fails is what this is run for: it is told of by the ends alone.
  reporters: [{}],
  projects: suites.map(({ root, suite }) => ({
    root,
    test: {
      name: root,
      include: [suite],
      testTimeout: 300_000,
      hookTimeout: 300_000,
      pool: 'forks',
    },
  })),
});
try {
  const { testModules } = await vitest.runTestSpecifications(
    suites.map(({ root, suite, tests }) => {
      const project = vitest.projects.find(({ name }) => name === root);
      if (project === undefined) throw new Error(`vitest does not know the project ${root}`);
      const testNamePattern = new RegExp(`(${tests.map(asPattern).join('|')})$`);
      return project.createSpecification(join(root, suite), { testNamePattern });
    }),
  );
  const ends = testModules.map((module) => ({ root: module.project.name, ...endOf(module) }));
  writeFileSync(endsFile, JSON.stringify(ends));
} finally {
  await vitest.close();
}

/** @param {string} title */
function asPattern(title) {
  return title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * @param {import('vitest/node').TestModule} module
 * @returns {Omit<import('./run-suites.js').SuiteEnd, 'root'>}
 */
function endOf(module) {
  const tests = [...module.children.allTests()].flatMap((test) => {
    const { state, errors = [] } = test.result();
    if (state !== 'passed' && state !== 'failed') return [];
    return [
      {
        title: test.fullName.replaceAll(' > ', ' '),
        said: state === 'passed' ? null : errors.map(wordsOf).join('\n'),
      },
    ];
  });
  const errors = [module, ...module.children.allSuites()].flatMap((part) => part.errors());
  return { tests, trouble: errors.map(wordsOf).join('\n') };
}

/**
 * With its cause: of a property that fails it says what failed.
 *
 * @param {{message: string, diff?: string, cause?: unknown}} error
 * @returns {string}
 */
function wordsOf({ message, diff = '', cause }) {
  const because = cause === undefined ? '' : wordsOf(/** @type {Error} */ (cause));
  return [message, diff, because].join('\n');
}
