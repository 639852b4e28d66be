import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compilePipeline } from '../../pipelines/compile.js';

/** What each construct of the language refuses before anything runs, and where it says so. */

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-refusals-'));
  const other = (name: string, rest: string) =>
    writeFileSync(
      join(directory, `${name}.yaml`),
      `apiVersion: millrace/v1\nname: ${name}\n${rest}`,
    );
  other('ring', 'steps:\n  back: {uses: pipeline, with: {file: pipeline.yaml}}\n');
  other(
    'trial',
    'params: {rate: {type: number}}\nsteps: {look: {uses: noop, with: {loss: "${params.rate}"}}}\noutputs: {loss: "${steps.look.loss}"}\n',
  );
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The file begins `apiVersion`, `name`: what is given stands from line 3 on. */
function refusalsOf(rest: string) {
  const text = `apiVersion: millrace/v1\nname: refused\n${rest}\n`;
  writeFileSync(join(directory, 'pipeline.yaml'), text);
  const compiled = compilePipeline(text, { file: 'pipeline.yaml', baseDirectory: directory });
  return compiled.ok ? [] : compiled.errors;
}

function refusals(rest: string): readonly string[] {
  return refusalsOf(rest).map(
    ({ line, column, code, message }) => `${line}:${column} ${code} ${message}`,
  );
}

const STEP = 'steps: {a: {uses: noop}}';
const MATRIX =
  'steps:\n  train: {uses: noop, with: {x: 1}, matrix: {depth: [4, 8], seed: [1, 2]}}\n';
const LIST = 'steps:\n  train: {uses: noop, with: {x: 1}, forEach: [a, b, c]}\n';

const GATED =
  'model: m\nsteps: {e: {uses: evaluate, with: {models: [], holdout: 1, target: t},\n\n';
const WATCHED =
  'monitor: {time: t, window: {every: 1d}, performance: {metric: f1, worseThan: 0.1}, fairness: [{column: sex, criterion: equalOpportunity}], slices: [{name: night, where: {hour: {to: 6}}}]}';

const table: readonly (readonly [string, string, string])[] = [
  [
    'an empty matrix',
    'steps:\n  a: {uses: noop, matrix: {}}',
    '4:27 missing-key the matrix is empty',
  ],
  [
    'a forEach over a non-list',
    'steps:\n  a: {uses: noop, forEach: 12}',
    '4:28 wrong-type forEach is a list or an expression that gives one, this is the number 12',
  ],
  [
    'a forEach over a parameter that is no list',
    'params: {n: {type: integer, default: 3}}\nsteps:\n  a: {uses: noop, forEach: "${params.n}"}',
    '5:28 type-mismatch forEach needs a list, this expression gives integer',
  ],
  [
    'a cycle through sub-pipelines',
    'steps:\n  a: {uses: pipeline, with: {file: ring.yaml}}',
    '4:36 cycle ring.yaml does not compile',
  ],
  [
    'a template that extends itself',
    'templates:\n  t: {extends: t, uses: noop}\nsteps: {a: {extends: t}}',
    '4:16 cycle template t extends itself',
  ],
  [
    'a cron that never fires',
    `${STEP}\nschedule: {cron: "0 0 31 4 *"}`,
    '4:18 bad-value it never fires',
  ],
  [
    'an unknown time zone',
    `${STEP}\nschedule: {cron: "@daily", timezone: Europe/Berln}`,
    '4:38 bad-value unknown time zone',
  ],
  [
    'a search space with low above high',
    'steps:\n  a: {uses: tune, with: {file: trial.yaml, metric: loss, space: {rate: {float: [1, 0.1]}}}}',
    '4:80 out-of-range the lowest, 1, is not below the highest, 0.1',
  ],
  [
    'a search space with low equal to high',
    'steps:\n  a: {uses: tune, with: {file: trial.yaml, metric: loss, space: {rate: {float: [1, 1]}}}}',
    '4:80 out-of-range the lowest, 1, is not below the highest, 1',
  ],
  [
    'an exclusion that leaves nothing out',
    'steps:\n  a: {uses: noop, matrix: {depth: [4, 8], exclude: [{depth: 9}]}}',
    '4:61 bad-value nothing is excluded: axis depth has no value 9',
  ],
  [
    'a nested exclusion that leaves nothing out',
    'steps:\n  a: {uses: noop, matrix: {model: [{kind: gb, trees: 10}, {kind: rf}], exclude: [{model: {kind: gb}}]}}',
    '4:90 bad-value nothing is excluded: axis model has no value {"kind":"gb"}',
  ],
  [
    'an exclusion by text of what is a number',
    'steps:\n  a: {uses: noop, matrix: {depth: [4, 8], exclude: [{depth: "4"}]}}',
    '4:61 bad-value nothing is excluded: axis depth has no value "4"',
  ],
  [
    'an inclusion that stands alone without an axis that is read',
    'steps:\n  a: {uses: noop, matrix: {depth: [4, 8], seed: [1], include: [{depth: 16}]}, with: {x: "${matrix.seed}"}}',
    '4:64 missing-key it agrees with no combination, and alone it has no seed, which the step reads',
  ],
  [
    'an item of a matrix that is not there',
    `${MATRIX}  b: {uses: noop, with: {x: "\${steps.train[4].x}"}}`,
    '5:32 unknown-name step train has no item [4]: it has 4',
  ],
  [
    'an item of a list that is not there',
    `${LIST}  b: {uses: noop, if: "steps.train[3].x > 1"}`,
    '5:24 unknown-name step train has no item [3]: it has 3',
  ],
  [
    'an item by a value that no item has',
    `${MATRIX}  b: {uses: noop, with: {x: "\${steps.train[depth=16,seed=1].x}"}}`,
    '5:32 unknown-name step train has no item [depth=16,seed=1]: it has 4',
  ],
  [
    'an item by values that several have',
    `${MATRIX}  b: {uses: noop, with: {x: "\${steps.train[depth=8].x}"}}`,
    '5:32 unknown-name step train has several items [depth=8]',
  ],
  [
    'a time for all attempts that is shorter than for one',
    'steps:\n  a: {uses: noop, timeout: {attempt: 2h, total: 1h}}',
    '4:49 bad-value the time for all attempts, 1h, is shorter than that for one, 2h',
  ],
  [
    'retryOn of what is never tried again',
    'steps:\n  a: {uses: noop, retry: {retryOn: [InvalidInput]}}',
    '4:37 bad-value a failure of type InvalidInput is never tried again',
  ],
  [
    'retryOn of what there is not',
    'steps:\n  a: {uses: noop, retry: {retryOn: [StepProcesFailed]}}',
    '4:37 bad-value there is no failure type StepProcesFailed',
  ],
  [
    'one attempt of a step that is longer than all are by default',
    'defaults: {timeout: {total: 1h}}\nsteps:\n  a: {uses: noop, timeout: 2h}',
    '5:28 bad-value the time for one attempt, 2h, is longer than that for all, 1h in defaults',
  ],
  [
    'a gate on fairness that nothing measures',
    `${GATED}    gate: "fairness.unfair == 0"}}`,
    '6:12 unknown-name unknown name fairness.unfair',
  ],
  [
    'a gate on a slice that the monitor does not have',
    `${GATED}    gate: "slices.nigth.mae < 3"}}\n${WATCHED}`,
    '6:12 unknown-name unknown name slices.nigth',
  ],
  [
    'a gate on a criterion that the monitor does not have',
    `${GATED}    gate: "fairness.sex.equalisedOdds.difference < 0.1"}}\n${WATCHED}`,
    '6:12 unknown-name unknown name fairness.sex.equalisedOdds',
  ],
];

describe('refused with its line and column', () => {
  test.each(table)('%s', (_name, text, expected) => {
    const found = refusals(text);
    expect(found.map((one) => one.slice(0, expected.length))).toContain(expected);
  });
});

test('a gate names what is near, and what is to be said where nothing is measured', () => {
  const hintOf = (gate: string, monitor = '') =>
    refusalsOf(`${GATED}    gate: "${gate}"}}\n${monitor}`).find(
      ({ code }) => code === 'unknown-name',
    )?.hint;
  expect(hintOf('fairness.unfair == 0')).toBe(
    'the monitor says what is measured: monitor: {fairness: […]}',
  );
  expect(hintOf('slices.nigth.mae < 3', WATCHED)).toBe('did you mean night?');
  expect(
    hintOf('fairness.sex.equalOpportunity.ratio > 0.8 && slices.night.f1 > 0.5', WATCHED),
  ).toBe(undefined);
});

test('the same constructs, rightly written, compile', () => {
  expect(
    refusals(
      `${MATRIX}  b: {uses: noop, with: {x: "\${steps.train[3].x}", y: "\${steps.train[depth=8,seed=2].x}"}}`,
    ),
  ).toEqual([]);
  expect(refusals(`${LIST}  b: {uses: noop, with: {x: "\${steps.train[item=c].x}"}}`)).toEqual([]);
  expect(
    refusals(
      'steps:\n  l: {uses: noop, with: {list: [1, 2]}}\n  train: {uses: noop, forEach: "${steps.l.list}", with: {x: 1}}\n  b: {uses: noop, with: {x: "${steps.train[40].x}"}}',
    ),
  ).toEqual([]);
  expect(
    refusals(
      'steps:\n  a: {uses: noop, timeout: {attempt: 1h, total: 1h}, retry: {retryOn: [StepProcessFailed]}, matrix: {depth: [4, 8], seed: [1], include: [{depth: 16}, {depth: 4, rate: 1}], exclude: [{depth: 8}]}, with: {x: "${matrix.depth}"}}',
    ),
  ).toEqual([]);
});

describe('what is near, or where it belongs, is named', () => {
  const hints = (rest: string) =>
    refusalsOf(rest).map(({ message, hint }) => `${message} — ${hint}`);

  test('of an exclusion the nearest value', () => {
    const of = (exclude: string) =>
      hints(
        `steps:\n  a: {uses: noop, matrix: {model: [{kind: forest, trees: 10}, {kind: line}], exclude: [${exclude}]}}`,
      );
    expect(of('{model: {kind: forest, trees: 100}}')[0]).toMatch(
      /did you mean \{"kind":"forest","trees":10\}\?$/,
    );
    expect(of('{modle: x}')[0]).toBe('the matrix has no axis modle — did you mean model?');
  });

  test('of a file that is named by its whole path, that path; of parameters that are none, the place', () => {
    const broken = join(directory, 'broken.yaml');
    writeFileSync(broken, 'a text');
    const [first] = hints(`steps: {a: {uses: pipeline, with: {file: ${broken}}}}`);
    expect(first).toMatch(new RegExp(`— millrace validate ${broken} shows all$`));
    expect(hints('steps: {a: {uses: noop, with: {x: "${params.n}"}}}')).toEqual([
      'unknown name params.n — declare it at the top: params: {n: {type: …}}',
    ]);
    expect(hints('steps: {a: {uses: pipeline, with: {file: "${run.id}"}}}').join('\n')).toContain(
      'expected the path of a pipeline file, found an expression',
    );
  });

  test('of an expression that is not quoted, once, at its sign', () => {
    const text = 'steps:\n  a: {uses: noop, with: {x: ${params.n}, y: 2}}\n  b: {uses: noop}';
    expect(refusals(text)).toEqual([
      '4:29 syntax an expression within { … } or [ … ] stands in quotes',
    ]);
  });

  test('of retryOn all that may be named', () => {
    expect(hints('steps:\n  a: {uses: noop, retry: {retryOn: [NotFound]}}')).toEqual([
      'a failure of type NotFound is never tried again: it would fail alike — one of ArtifactCorrupt, StepProcessFailed, StepContractBroken, RegistryUnavailable, ServiceUnavailable, Internal',
    ]);
  });

  test.each([
    [
      'steps: {a: {uses: noop, onFailure: []}}',
      'onFailure',
      /^it stands at the top, beside steps:/,
    ],
    ['steps: {a: {uses: noop, finally: []}}', 'finally', /the whole run/],
    ['steps: {a: {uses: noop, concurrency: {limit: 1}}}', 'concurrency', /at the top.*maxParallel/],
    ['steps: {a: {uses: noop, schedule: {}}}', 'schedule', /at the top/],
    ['steps: {a: {uses: noop, when: x}}', 'when', /write it as if:/],
    ['steps: {a: {uses: noop, name: b}}', 'name', /key of the step is its name/],
    ['steps: {a: {uses: noop}}\nfinally: [{uses: noop, needs: [a]}]', 'needs', /in their order/],
    ['defaults: {queue: gpu}\nsteps: {a: {uses: noop}}', 'queue', /extends: common/],
    ['steps: {a: {uses: noop}}\nnotify: ops', 'notify', /uses: notify/],
    ['steps: {a: {uses: transform, with: {query: x}}}', 'query', /it is called sql/],
  ])('%s', (text, key, where) => {
    const found = refusalsOf(text).find(({ message }) => message === `unknown key ${key}`);
    expect(found?.hint).toMatch(where);
  });

  test('nothing is put off to a later version', () => {
    for (const uses of ['backfill', 'explain', 'wait', 'http', 'sql']) {
      const [found] = refusalsOf(`steps: {a: {uses: ${uses}}}`);
      expect(found?.message).toBe(`unknown kind of step ${uses}`);
      expect(found?.hint).toMatch(/schedule backfill|millrace explain|approve|run:|transform/);
    }
  });
});
