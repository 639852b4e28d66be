import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { PYTHON_NOTE, WITHOUT_PYTHON } from '../../python/python.js';
import { startTestStack, type TestStack } from '../../support/test-stack.js';
import { EXAMPLES, FILES } from './examples.js';
import { FEATURES, LEARNED_FROM_FEATURES } from './features.js';
import { type Accounts, type Guide, openGuide } from './guide.js';
import { LANGUAGE } from './language.js';
import { controlSession, DEVICE, OPERATION } from './operation.js';
import { testServing } from './serving.js';
import { TRAINING } from './training.js';

/** Whole pipelines that docs.test.ts compiles and that are not run here, and why. */
const COMPILED: { readonly [name: string]: string } = {
  'trained-in-containers': 'needs a container engine and a cluster',
  loans: 'trains: such gates are held by the tests of evaluate',
  'bike-demand': 'deploys, which needs a gateway',
  'busy-hours': 'deploys, which needs a gateway',
  coffee: 'is about what becomes of a version',
  'nightly-scores': 'needs a version in service',
  bikes: 'is about what follows a deployment',
};

let stack: TestStack;
let guide: Guide;
beforeAll(async () => {
  stack = await startTestStack();
  guide = openGuide(stack);
  await stack.startWorker({ CUDA_VISIBLE_DEVICES: DEVICE });
});
afterAll(() => stack?.close());

const named = (accounts: Accounts) =>
  Object.entries(accounts).map(([name, account]) => {
    const page = EXAMPLES.find((example) => example.name === name)?.page ?? 'no page';
    return [`${page}: ${name}`, account] as const;
  });

describe('an example does what its page says', () => {
  it.each(named({ ...LANGUAGE, ...OPERATION, ...FEATURES }))(
    '%s',
    { timeout: 120_000 },
    (_, account) => account(guide),
  );

  it.skipIf(WITHOUT_PYTHON).each(named({ ...TRAINING, ...LEARNED_FROM_FEATURES }))(
    `%s${PYTHON_NOTE}`,
    // The first search of a machine installs Optuna.
    { timeout: 300_000 },
    (_, account) => account(guide),
  );

  it('docs/runs.md: its session', () => controlSession(guide), 120_000);
});

test('every whole pipeline of the pages is run, or there is a reason why not', () => {
  const accounted = Object.keys({
    ...LANGUAGE,
    ...OPERATION,
    ...TRAINING,
    ...FEATURES,
    ...LEARNED_FROM_FEATURES,
    ...COMPILED,
  });
  expect(EXAMPLES.map(({ name }) => name).sort()).toEqual(accounted.sort());
  expect(new Set(FILES.map(({ file }) => file)).size).toBe(FILES.length);
});

describe('docs/serving.md', () => testServing(() => stack.server.address));
