import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compilePipeline } from '../../pipelines/index.js';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-tune-'));
  writeFileSync(
    join(directory, 'trial.yaml'),
    `apiVersion: millrace/v1
name: trial
params:
  depth: { type: integer, default: 4, min: 1, max: 12 }
  kind: { type: string, default: tree, enum: [tree, line] }
  rate: { type: number }
steps: { look: { uses: noop, with: { loss: "\${params.rate}" } } }
outputs: { loss: "\${steps.look.loss}" }
`,
  );
});
afterAll(() => rmSync(directory, { recursive: true }));

function errors(inputs: string): readonly string[] {
  const text = `apiVersion: millrace/v1
name: search
steps:
  tune: { uses: tune, with: ${inputs} }
  then: { uses: noop, with: { loss: "\${steps.tune.loss}", best: "\${steps.tune.best}" } }
`;
  const result = compilePipeline(text, { file: 'search.yaml', baseDirectory: directory });
  if (result.ok) return [];
  return result.errors.map(({ line, code, message }) => `${line} ${code} ${message}`);
}

const RATE = 'rate: { float: [0.01, 1], log: true }';
const tuning = (space: string, more = '') =>
  `{ file: trial.yaml, metric: loss, space: { ${space} }${more} }`;

describe('a tune step', () => {
  test.each([
    tuning(RATE),
    tuning(`${RATE}, kind: { choice: [tree, line] }, depth: { int: [2, 8], when: { kind: tree } }`),
    tuning(
      RATE,
      ', method: random, trials: 50, maxParallel: 4, seed: 1, maxFailures: 3, stop: { target: 1, plateau: 8, minDelta: 0.1, after: 2h }',
    ),
    tuning('rate: { float: [0, 1], step: 0.1 }, depth: { int: [2, 8], step: 2 }'),
    tuning(
      `${RATE}, kind: { choice: [tree, line] }, depth: { int: [2, 8], when: { kind: [tree, line] } }`,
    ),
    tuning(RATE, ', halving: { rungs: [1, 3, 9], factor: 4 }'),
    tuning(RATE, ', maxParallel: 1, halving: { rungs: [1], asynchronous: true, metric: l }'),
    tuning('depth: { int: [2, 8] }', ', params: { rate: 0.1 }'),
  ])('may be given %s', (inputs) => {
    expect(errors(inputs)).toEqual([]);
  });

  test.each([
    [tuning('rate: { float: [1, 0.01] }'), /out-of-range the lowest, 1, is not below/],
    [tuning('rate: { float: [1, 1] }'), /out-of-range/],
    [tuning('rate: { float: [0, 1], log: true }'), /log needs a lowest value above 0/],
    [tuning('rate: { float: [0, 1], int: [0, 1] }'), /one of int, float and choice/],
    [tuning(`${RATE}, dept: { int: [1, 2] }`), /unknown-name .*no parameter dept/],
    [tuning(`${RATE}, depth: { int: [1, 20] }`), /bad-value/],
    [tuning(`${RATE}, kind: { choice: [tree, bush] }`), /bad-value/],
    [tuning(`${RATE}, depth: { int: [1, 2], when: { kind: tree } }`), /kind is not searched/],
    [tuning(`${RATE}, kind: { choice: [tree, line], when: { kind: tree } }`), /circle/],
    [tuning('depth: { int: [1, 2] }'), /needs rate/],
    [tuning(RATE, ', params: { rate: 1 }'), /misplaced rate is one of params/],
    ['{ file: trial.yaml, metric: los, space: { rate: { float: [0, 1] } } }', /hands on no los/],
    ['{ file: gone.yaml, metric: loss, space: { rate: { float: [0, 1] } } }', /there is no file/],
    [tuning(''), /nothing is searched/],
    [tuning('kind: { choice: [] }'), /out-of-range there is nothing to choose from/],
    [tuning('kind: { choice: [tree, tree] }'), /tree stands twice/],
    [tuning('kind: { choice: [tree, line], log: true }'), /misplaced log is of a range/],
    [tuning('rate: { float: [0, 1], step: 0 }'), /out-of-range the step must be more than 0/],
    [tuning('rate: { float: [0, 1], step: 2 }'), /the step, 2, is wider than the range, 1/],
    [tuning('rate: { float: [0.1, 1], step: 0.1, log: true }'), /step and log exclude each other/],
    [tuning('rate: { float: [0, 1], step: 0.1, points: 3 }'), /which points there are/],
    [tuning('depth: { int: [1, 9], step: 0.5 }'), /the step of whole numbers is one/],
    [tuning(`${RATE}, depth: { int: [1, 2], when: { kin: tree } }`), /kin is not searched/],
    [
      tuning(
        `${RATE}, kind: { choice: [tree, line], when: { size: 1 } }, size: { choice: [1, 2], when: { kind: tree } }`,
      ),
      /cycle the conditions go round in a circle/,
    ],
    [
      tuning(
        `${RATE}, kind: { choice: [tree, line] }, depth: { int: [2, 8], when: { kind: [tree, bush] } }`,
      ),
      /kind is never bush/,
    ],
    [tuning(RATE, ', halving: { rungs: [] }'), /out-of-range/],
    [tuning(RATE, ', halving: { rungs: [3, 1] }'), /the rungs do not ascend/],
    [tuning(RATE, ', halving: { rungs: [1], factor: 1 }'), /out-of-range/],
    [tuning(RATE, ', maxParallel: 1, halving: { rungs: [1] }'), /out-of-range .*run side by side/],
    [tuning(RATE, ', stop: { minDelta: 1 }'), /minDelta is of a plateau/],
    [tuning(RATE, ', maxFailures: -1'), /out-of-range/],
    [tuning(RATE, ', parallel: 2'), /unknown-key unknown key parallel/],
    [`{ metric: loss, space: { ${RATE} } }`, /missing-key a search says what it tries/],
    [tuning(RATE, ', step: { run: "true" }'), /misplaced a trial is a file or a step/],
  ])('may not be given %s', (inputs, problem) => {
    expect(errors(inputs).join('\n')).toMatch(problem);
    expect(errors(inputs).join('\n')).toMatch(/^4 /);
  });
});

const FIT = 'run: [fit, "${params.rate}", "${steps.look.loss}"]';

function searchOfStep(
  step: string,
  more = '',
  top = 'params: { rows: { type: integer, default: 9 } }',
) {
  const text = `apiVersion: millrace/v1
name: search
${top}
steps:
  look: { uses: noop, with: { loss: 1 } }
  tune: { uses: tune, with: { step: { ${step} }, metric: loss, space: { ${RATE} }${more} } }
  then: { uses: noop, with: { loss: "\${steps.tune.loss}", best: "\${steps.tune.best}" } }
`;
  return compilePipeline(text, { file: 'search.yaml', baseDirectory: directory });
}

describe('a tune step whose trials are one step', () => {
  test('reads what is searched, the parameters of the file and the steps before', () => {
    const result = searchOfStep(`${FIT}, env: { ROWS: "\${params.rows}" }, timeout: 5m`);
    if (!result.ok) throw new Error(JSON.stringify(result.errors));
    const tune = result.plan.steps.find(({ id }) => id === 'tune');
    expect(tune).toMatchObject({ needs: ['look'], reads: ['look'] });
    expect(Object.keys(tune?.with ?? {})).toEqual(['metric', 'space']);
    const trial = result.plan.pipelines?.[tune?.pipeline ?? ''];
    expect(trial).toMatchObject({
      name: 'search-tune',
      handsOn: 'tune',
      params: { rate: { type: 'number' }, rows: { type: 'integer', default: 9 } },
      steps: [
        { id: 'look', kind: 'noop', needs: [] },
        { id: 'tune', kind: 'run', reads: ['look'], timeoutMs: 300_000 },
      ],
    });
  });

  test('has another hash where the step is another, and the same where it is not', () => {
    const hashes = [FIT, FIT, 'run: [fit, "${params.rate}"]'].map((step) => {
      const result = searchOfStep(step);
      return result.ok ? result.planHash : null;
    });
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });

  test('may search a parameter of the file itself', () => {
    const top = 'params: { rate: { type: number, default: 0.5, max: 1 } }';
    expect(searchOfStep(FIT, '', top)).toMatchObject({ ok: true });
    const low = 'params: { rate: { type: number, default: 0.5, max: 0.9 } }';
    expect(searchOfStep(FIT, '', low)).toMatchObject({ ok: false });
  });

  test.each([
    ['run: [fit, "${params.rat}"]', '', /unknown-name .*rat/],
    ['run: [fit, "${steps.gone.loss}"]', '', /unknown-step/],
    ['runs: [fit]', '', /unknown-key unknown key runs/],
    ['with: { a: 1 }', '', /missing-key the step says neither/],
    [`${FIT}, needs: [look]`, '', /unknown-key unknown key needs/],
    [`${FIT}, matrix: { a: [1] }`, '', /unknown-key unknown key matrix/],
    ['uses: deploy, with: { version: 1 }', '', /misplaced deploy is no step to try/],
    ['uses: tune, with: {}', '', /misplaced tune is no step to try/],
    ['uses: train, with: { target: a }', '', /missing-key data is missing/],
    [`${FIT}, timeout: soon`, '', /bad-value/],
    [FIT, ', params: { a: 1 }', /misplaced params are of a file/],
  ])('may not be given %s%s', (step, more, problem) => {
    const result = searchOfStep(step, more);
    const found = result.ok
      ? []
      : result.errors.map(
          ({ line, column, code, message }) => `${line}:${column} ${code} ${message}`,
        );
    expect(found.join('\n')).toMatch(problem);
    expect(found.join('\n')).toMatch(/^[67]:\d+ /);
  });

  test('reads all that is searched, if only as a condition: what it does not read is a slip', () => {
    const found = (space: string) => {
      const result = compilePipeline(
        `apiVersion: millrace/v1
name: search
params: { rateOf: { type: number, default: 1 } }
steps:
  tune: { uses: tune, with: { step: { run: [fit, "\${params.rateOf}"] }, metric: loss, space: { ${space} } } }
`,
        { file: 'search.yaml', baseDirectory: directory },
      );
      return result.ok
        ? []
        : result.errors.map(({ column, message, hint }) => [column, message, hint]);
    };
    expect(found('rate_of: { float: [0, 1] }')).toEqual([
      [
        96,
        'the step does not read rate_of: trying values of it changes nothing',
        'it reads rateOf',
      ],
    ]);
    const condition = 'kind: { choice: [a, b] }, rateOf: { float: [0, 1], when: { kind: a } }';
    expect(found(condition)).toEqual([]);
    expect(found('rateOf: { int: [1.5, 3] }').map(([, message]) => message)).toEqual([
      'expected an integer, found the number 1.5',
    ]);
  });

  test('needs a default for what a condition may leave out, and says where', () => {
    const more = ', seed: 1';
    const space = 'kind: { choice: [a, b] }, deep: { int: [1, 2], when: { kind: a } }';
    const step = `${FIT}, with: { deep: "\${params.deep}" }`;
    const result = compilePipeline(
      `apiVersion: millrace/v1
name: search
steps:
  look: { uses: noop, with: { loss: 1 } }
  tune: { uses: tune, with: { step: { ${step} }, metric: loss, space: { ${RATE}, ${space} }${more} } }
`,
      { file: 'search.yaml', baseDirectory: directory },
    );
    expect(result).toMatchObject({
      ok: false,
      errors: [{ line: 5, code: 'missing-key', hint: expect.stringContaining('declare it') }],
    });
  });
});
