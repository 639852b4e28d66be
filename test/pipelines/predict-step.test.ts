// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of the language

import { describe, expect, test } from 'vitest';
import { compilePipeline } from '../../pipelines/index.js';

function compile(inputs: string, condition = 'steps.score.written > 0 && steps.score.bad == 0') {
  const text = [
    'apiVersion: millrace/v1',
    'name: nightly',
    'steps:',
    '  orders: { uses: ingest, with: { source: orders.parquet } }',
    `  score: { uses: predict, with: ${inputs} }`,
    `  then: { uses: noop, if: "${condition}", with: { data: "\${steps.score.data}" } }`,
  ].join('\n');
  const compiled = compilePipeline(text, { file: 'nightly.yaml', baseDirectory: '/' });
  return compiled.ok ? [] : compiled.errors.map(({ code, text: said }) => `${code} ${said}`);
}

const DATA = 'data: "${steps.orders.data}"';

describe('a predict step', () => {
  test.each([
    `{ ${DATA}, model: coffee }`,
    `{ ${DATA}, model: coffee, version: 3, columns: [id, hour], onBadRow: skip, output: out/scored.parquet }`,
  ])('may be given %s', (inputs) => {
    expect(compile(inputs)).toEqual([]);
  });

  test.each([
    ['{ model: coffee }', 'missing-key'],
    [`{ ${DATA} }`, 'missing-key'],
    ['{ data: orders.parquet, model: coffee }', 'wrong-type'],
    ['{ data: "${steps.orders.rows}", model: coffee }', 'type-mismatch'],
    [`{ ${DATA}, model: Coffee! }`, 'bad-value Coffee!'],
    [`{ ${DATA}, model: coffee, version: 0 }`, 'out-of-range'],
    [`{ ${DATA}, model: coffee, onBadRow: ignore }`, 'bad-value'],
    [`{ ${DATA}, model: coffee, output: out.csv }`, 'bad-value out.csv'],
    [`{ ${DATA}, model: coffee, colums: [a] }`, 'unknown-key'],
  ])('may not be given %s', (inputs, what) => {
    const errors = compile(inputs);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(new RegExp(`^${what}`));
  });

  test('hands nothing on that it does not have', () => {
    expect(compile(`{ ${DATA}, model: coffee }`, 'steps.score.verdict == 1')).toHaveLength(1);
  });
});
