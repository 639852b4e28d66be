import { describe, expect, test } from 'vitest';
import { withoutControls } from '../../../cli/render/control-characters.js';
import { createStyle } from '../../../cli/render/style.js';
import { renderTable } from '../../../cli/render/table.js';

const ESCAPE = '\u001b';

describe('control characters of the data', () => {
  test.each([
    ['two\nlines', 'two␊lines'],
    [`${ESCAPE}[31mred`, '␛[31mred'],
    ['\u007f', '␡'],
    ['\u009b', '\ufffd'],
    ['größe 日本 💥', 'größe 日本 💥'],
  ])('%j is shown as %s', (text, shown) => {
    expect(withoutControls(text)).toBe(shown);
  });

  test('break no table', () => {
    const plain = createStyle({}, {});
    expect(renderTable([{ title: 'a' }, { title: 'b' }], [['x\ny', '1']], 80, plain)).toEqual([
      'a    b',
      'x␊y  1',
    ]);
  });
});
