import { describe, expect, it } from 'vitest';
import { gainOver, isBetter, orderOfSpace, type SearchSpace } from '../../contracts/index.js';
import { fc } from '../support/property.js';

describe('the scores of a search', () => {
  it('are better the lower they are where it minimises, the higher where it maximises', () => {
    expect(isBetter(1, 2, 'minimise')).toBe(true);
    expect(isBetter(2, 1, 'minimise')).toBe(false);
    expect(isBetter(2, 1, 'maximise')).toBe(true);
    expect(isBetter(1, 2, 'maximise')).toBe(false);
  });

  it('are no better than their equals', () => {
    expect(isBetter(0.1, 0.1, 'minimise')).toBe(false);
    expect(isBetter(0.1, 0.1, 'maximise')).toBe(false);
  });

  it('differ by a gain that is below 0 for a worse one', () => {
    expect(gainOver(5, 8, 'minimise')).toBe(3);
    expect(gainOver(5, 8, 'maximise')).toBe(-3);
    expect(gainOver(8, 8, 'maximise')).toBe(0);
  });

  it('are told apart by the last bit', () => {
    expect(isBetter(Number.MIN_VALUE, 0, 'maximise')).toBe(true);
    expect(isBetter(1 - Number.EPSILON / 2, 1, 'minimise')).toBe(true);
  });
});

describe('the parameters of a space', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const spaces = fc
    .uniqueArray(fc.tuple(fc.constantFrom(...names), fc.subarray(names)), {
      selector: ([name]) => name,
    })
    .map((all): SearchSpace => {
      return Object.fromEntries(
        all.map(([name, others]) => [
          name,
          { choice: ['x'], when: Object.fromEntries(others.map((other) => [other, 'x'])) },
        ]),
      );
    });

  it('are chosen by name, each after those that its condition is about, or never', () => {
    fc.assert(
      fc.property(spaces, (space) => {
        const expected: string[] = [];
        const isReady = (name: string) =>
          Object.keys(space[name]?.when ?? {}).every((other) => expected.includes(other));
        for (;;) {
          const left = Object.keys(space).filter((name) => !expected.includes(name));
          const next = left.sort().find(isReady);
          if (next === undefined) break;
          expected.push(next);
        }
        expect(orderOfSpace(space)).toEqual(expected);
      }),
    );
  });
});
