import { describe, expect, test } from 'vitest';
import { createStyle } from '../../../cli/render/style.js';
import { renderTable, truncate, wrap } from '../../../cli/render/table.js';

const plain = createStyle({}, {});
const coloured = createStyle({ isTTY: true }, {});
const COLUMNS = [
  { title: 'step', shrinkTo: 6 },
  { title: 'time', align: 'right' as const, dropOrder: 1 },
  { title: 'why', dropOrder: 2 },
];
const ROWS = [
  ['a-long-step-name', '1s', 'because'],
  ['b', '10m', 'of the data'],
];

describe('renderTable', () => {
  test('aligns columns and leaves no blanks at the end', () => {
    expect(renderTable(COLUMNS, ROWS, 80, plain)).toEqual([
      'step              time  why',
      'a-long-step-name    1s  because',
      'b                  10m  of the data',
    ]);
  });

  test.each([80, 30, 24, 20, 12, 6])('fits %i characters', (width) => {
    for (const line of renderTable(COLUMNS, ROWS, width, plain)) {
      expect([...line].length).toBeLessThanOrEqual(width);
    }
  });

  test('shrinks first, then drops the least important column', () => {
    expect(renderTable(COLUMNS, ROWS, 27, plain)[1]).toBe('a-long-…    1s  because');
    expect(renderTable(COLUMNS, ROWS, 20, plain)).toEqual([
      'step            time',
      'a-long-step-n…    1s',
      'b                10m',
    ]);
  });

  test('a column with nothing in it is left out', () => {
    expect(renderTable(COLUMNS, [['a', '', 'x']], 80, plain)[0]).toBe('step  why');
  });

  test('colour takes no room', () => {
    const cell = { text: 'ok', paint: coloured.green };
    const [, line] = renderTable([{ title: 'state' }, { title: 'n' }], [[cell, '1']], 80, plain);
    expect(line).toBe('\u001b[32mok\u001b[39m     1');
  });
});

test('truncate counts characters, not code units', () => {
  expect(truncate('naïve 🚲 ride', 8)).toBe('naïve 🚲…');
  expect(truncate('short', 8)).toBe('short');
});

test('wrap breaks between words and keeps a long one whole', () => {
  expect(wrap('one two three-and-more four', 8)).toEqual(['one two', 'three-and-more', 'four']);
});
