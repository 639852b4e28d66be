import { expect, it } from 'vitest';
import type { ModelSignature } from '../../../contracts/index.js';
import { signatureObstacles } from '../../../models/inference/index.js';

const input = (name: string, kind: 'number' | 'string', nullable = false) => ({
  name,
  kind,
  nullable,
  tensor: kind === 'string' ? ('categorical' as const) : ('numeric' as const),
  index: 0,
});
const live: ModelSignature = {
  task: 'regression',
  inputs: [input('hour', 'number'), input('weather', 'string')],
  context: [{ name: 'station', role: 'key', kind: 'string' }],
  output: { name: 'rentals', kind: 'number' },
};

it('has none against a version that takes what the live one takes, or less', () => {
  expect(signatureObstacles(live, live)).toEqual([]);
  expect(signatureObstacles({ ...live, inputs: [input('hour', 'number')] }, live)).toEqual([]);
  expect(signatureObstacles({ ...live, inputs: [input('station', 'string')] }, live)).toEqual([]);
  const optional = { ...live, inputs: [input('wind', 'number', true)] };
  expect(signatureObstacles(optional, live)).toEqual([]);
});

it('names what requests do not carry or carry as something else', () => {
  const other = { ...live, inputs: [input('wind', 'number'), input('weather', 'number')] };
  expect(signatureObstacles(other, live)).toEqual([
    'needs the input wind, which requests do not carry',
    'takes weather as a number, requests carry it as string',
  ]);
});

it('does not rely on columns that the live version does not use', () => {
  const wind = { name: 'wind', role: 'unused', kind: 'number' } as const;
  const other = { ...live, inputs: [input('wind', 'number')] };
  expect(signatureObstacles(other, { ...live, context: [wind] })).toEqual([
    'needs the input wind, which requests do not carry',
  ]);
});

it('names another kind of answer', () => {
  const task = 'classification';
  const other: ModelSignature = { ...live, task, output: { name: 'busy', kind: 'boolean' } };
  expect(signatureObstacles(other, live)).toEqual([
    'is a classification, not a regression',
    'answers busy (boolean), not rentals (number)',
  ]);
});
