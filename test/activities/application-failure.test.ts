import { describe, expect, it } from 'vitest';
import { toApplicationFailure } from '../../activities/application-failure.js';
import { MillraceError } from '../../contracts/index.js';
import { resolveTemplate } from '../../pipelines/expressions/index.js';

function failureOfResolving(expression: string): ReturnType<typeof toApplicationFailure> {
  const list = [{ item: { depth: 4 }, outputs: null }];
  const steps = {
    count: { values: { rows: 3 }, artifacts: {}, metrics: {} },
    search: { values: {}, artifacts: {}, metrics: {}, items: { count: list.length, list } },
  };
  try {
    resolveTemplate({ $expr: expression }, { params: {}, steps });
  } catch (error) {
    return toApplicationFailure(error);
  }
  throw new Error(`${expression} has a value`);
}

describe('a failure as Temporal carries it', () => {
  it.each([
    ['steps.count.columns', 'there is no columns'],
    ['steps.search[7].rows', 'step search has no item [7]'],
    ['steps.search[depth=8].rows', 'step search has no item [depth=8]'],
  ])('is bad input, tried once, where %s reads what is not there', (expression, problem) => {
    expect(failureOfResolving(expression)).toMatchObject({
      type: 'InvalidInput',
      nonRetryable: true,
      message: `${problem} in \${${expression}}`,
    });
  });

  it('keeps the hint of an expression', () => {
    expect(failureOfResolving('steps.count.columns').details).toEqual([
      { hint: 'has(…) asks for what may not exist, part by part: has(a.b) && has(a.b.c)' },
    ]);
  });

  it('keeps the type of an error of the product, and has any other tried again', () => {
    expect(toApplicationFailure(new MillraceError('ServiceUnavailable', 'away'))).toMatchObject({
      type: 'ServiceUnavailable',
      nonRetryable: false,
    });
    expect(toApplicationFailure(new Error('a defect'))).toMatchObject({
      type: 'Internal',
      nonRetryable: false,
    });
  });
});
