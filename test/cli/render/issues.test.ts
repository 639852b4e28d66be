import { expect, test } from 'vitest';
import { issueLines } from '../../../cli/render/issues.js';
import { createStyle } from '../../../cli/render/style.js';

const style = createStyle({}, {});
const issue = {
  file: 'p.yaml',
  line: 2,
  column: 11,
  path: 'steps',
  code: 'unknown-key',
  text: 'souce',
  message: 'unknown key souce',
  hint: 'did you mean source?',
} as const;

test('shows place, line, mark and hint', () => {
  expect(issueLines(issue, 'steps:\n    with: souce: x\n', 80, style)).toEqual([
    'p.yaml:2:11: unknown key souce',
    '    2 |     with: souce: x',
    '      |           ^^^^^',
    '  hint: did you mean source?',
  ]);
});

test('keeps tabs, so that the mark stands beneath its text', () => {
  const lines = issueLines({ ...issue, column: 3 }, 'x\n\t\tsouce: x', 80, style);
  expect(lines[2]).toBe('      | \t\t^^^^^');
});

test('cuts a long line around the offending text', () => {
  const source = `x\n${' '.repeat(300)}souce: ${'y'.repeat(300)}`;
  const [, line = '', mark = ''] = issueLines({ ...issue, column: 301 }, source, 60, style);
  expect(line.length).toBeLessThanOrEqual(60);
  expect(mark.indexOf('^')).toBe(line.indexOf('souce'));
});

test('of a file in one line no more than a part is shown, however wide the output', () => {
  const source = `x\n${' '.repeat(300)}souce: ${'y'.repeat(100_000)}\r\nz`;
  const width = Number.POSITIVE_INFINITY;
  const [, line = '', mark = ''] = issueLines({ ...issue, column: 301 }, source, width, style);
  expect(line.length).toBeLessThan(300);
  expect(mark.indexOf('^')).toBe(line.indexOf('souce'));
});

test('a file that cannot be read has no excerpt', () => {
  expect(issueLines({ ...issue, line: 1, column: 1 }, null, 80, style)).toHaveLength(2);
});
