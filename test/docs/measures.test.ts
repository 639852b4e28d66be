import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as drift from '../../monitoring/drift/index.js';
import { runExamples } from './run-examples.js';

const pages = { test: 'docs/statistics/tests.md', distance: 'docs/statistics/distances.md' };

describe.each(Object.values(pages))('the examples of %s', (page) => {
  it.each(runExamples(page, drift).flat())('$line', ({ actual, expected }) => {
    if (typeof expected === 'number') expect(actual).toBeCloseTo(expected, 5);
    else expect(actual).toEqual(expected);
  });
});

describe('the tables of the pages', () => {
  it.each(drift.MEASURES)(
    'have $name with its smallest effect',
    ({ name, form, smallestEffect }) => {
      const text = readFileSync(new URL(`../../${pages[form]}`, import.meta.url), 'utf8');
      const row = text.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
      expect(row?.split('|').at(-2)?.trim()).toMatch(new RegExp(`^${smallestEffect}( |$)`));
    },
  );
});
