import { expect, test } from 'vitest';
import { LiveRegion } from '../../../cli/render/live-region.js';

function terminal(rows: number) {
  let written = '';
  const region = new LiveRegion(
    (text) => {
      written += text;
    },
    () => ({ columns: 80, rows }),
  );
  const take = () => {
    const text = written;
    written = '';
    return text;
  };
  return { region, take };
}

test('draws again over what was drawn, and erases what is longer', () => {
  const { region, take } = terminal(24);
  region.draw(['one', 'two']);
  expect(take()).toBe('one\u001b[K\ntwo\u001b[K\n\u001b[J');
  region.draw(['uno']);
  expect(take()).toBe('\u001b[2A\runo\u001b[K\n\u001b[J');
  region.clear();
  expect(take()).toBe('\u001b[1A\r\u001b[J');
});

test('never draws more than the terminal can show, for the cursor could not come back', () => {
  const { region, take } = terminal(3);
  region.draw(['1', '2', '3', '4']);
  expect(take()).toBe('3\u001b[K\n4\u001b[K\n\u001b[J');
});
