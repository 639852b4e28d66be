import { expect, test } from 'vitest';
import { mergeExpositions } from '../../../../models/serving/processes/merge-expositions.js';

test('the series of one family stand together, each with its process; what is equal in all is said once', () => {
  const text = (hits: number) =>
    [
      '# HELP hits_total Requests, by {model}.',
      '# TYPE hits_total counter',
      `hits_total{model="a b{c"} ${hits}`,
      '# HELP up Whether it answers.',
      '# TYPE up gauge',
      'up 1',
      '',
    ].join('\n');
  const merged = mergeExpositions([
    [1, text(3)],
    [2, text(4)],
  ]);
  expect(merged.split('\n')).toEqual([
    '# HELP hits_total Requests, by {model}.',
    '# TYPE hits_total counter',
    'hits_total{process="1",model="a b{c"} 3',
    'hits_total{process="2",model="a b{c"} 4',
    '# HELP up Whether it answers.',
    '# TYPE up gauge',
    'up{process="1"} 1',
    'up{process="2"} 1',
    '',
  ]);
});

test('a family that only one process has is kept', () => {
  const merged = mergeExpositions([
    [1, '# TYPE a gauge\na 1\n'],
    [2, '# TYPE b gauge\nb 2\n'],
  ]);
  expect(merged).toBe('# TYPE a gauge\na{process="1"} 1\n# TYPE b gauge\nb{process="2"} 2\n');
});
