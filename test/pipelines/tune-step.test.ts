import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compilePipeline } from '../../pipelines/index.js';
import { fences, pages } from '../docs/documents.js';

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
      ', method: random, trials: 50, parallel: 4, seed: 1, stop: { target: 1, plateau: 8, after: 2h }',
    ),
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
  ])('may not be given %s', (inputs, problem) => {
    expect(errors(inputs).join('\n')).toMatch(problem);
    expect(errors(inputs).join('\n')).toMatch(/^4 /);
  });
});

test('the files of docs/tuning.md are a trial and a search that compile together', () => {
  const page = pages().find(({ path }) => path === 'docs/tuning.md');
  const [trial, search] = page === undefined ? [] : fences(page);
  if (trial === undefined || search === undefined) throw new Error('the page has no two files');
  const place = mkdtempSync(join(directory, 'docs-'));
  writeFileSync(join(place, 'trial.yaml'), trial.text);
  const result = compilePipeline(search.text, { file: 'search.yaml', baseDirectory: place });
  expect(result).toMatchObject({ ok: true });
});
