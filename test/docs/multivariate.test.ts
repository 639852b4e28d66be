import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as drift from '../../monitoring/drift/index.js';
import { coverageTable } from './coverage-table.js';
import { runExamples } from './run-examples.js';

describe.each([
  ['docs/statistics/multivariate.md', 8],
  ['docs/statistics/outliers.md', 5],
])('the examples of %s', (page, claims) => {
  const examples = runExamples(page, drift).flat();

  it('claim what they give', () => {
    expect(examples).toHaveLength(claims);
  });

  it.each(examples)('$line', ({ actual, expected }) => {
    expect(actual).toEqual(expected);
  });
});

describe('docs/statistics/multivariate.md', () => {
  const text = readFileSync('docs/statistics/multivariate.md', 'utf8');

  it("has every cell of Alibi Detect's table, with the reasons, as the code has them", () => {
    const { table, reasons } = coverageTable();
    expect(text).toContain(table);
    expect(text).toContain(reasons);
  });

  it('names every method', () => {
    for (const { name, runsIn } of drift.MULTIVARIATE_METHODS) {
      const where = runsIn === 'python' ? 'Python' : 'TypeScript';
      expect(text).toMatch(new RegExp(`^\\| \`${name}\` \\| .* \\| ${where} \\|`, 'm'));
    }
  });
});

describe('docs/statistics/outliers.md', () => {
  it('names every method', () => {
    const text = readFileSync('docs/statistics/outliers.md', 'utf8');
    for (const { name } of drift.OUTLIER_METHODS) expect(text).toContain(`| \`${name}\` |`);
  });
});
