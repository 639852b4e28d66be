import { describe, expect, it } from 'vitest';
import { DARK, LIGHT } from '../../../../monitoring/report/drift-page/palette.js';
import { contrast } from './contrast.js';

const TEXTS = [
  'text',
  'quiet',
  'link',
  'drift',
  'calm',
  'unsure',
  'reference-text',
  'current-text',
] as const;
const SHAPES = ['reference-edge', 'current'] as const;

it('measures contrast as the guidelines define it', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 9);
  expect(contrast('rgb(119, 119, 119)', '#ffffff')).toBeCloseTo(4.478, 3);
});

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
])('the %s theme', (_name, palette) => {
  it.each(TEXTS)('has %s that can be read on both grounds', (text) => {
    expect(contrast(palette[text], palette.ground)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette[text], palette.card)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(SHAPES)('has %s that can be seen on a card', (shape) => {
    expect(contrast(palette[shape], palette.card)).toBeGreaterThanOrEqual(3);
  });
});
