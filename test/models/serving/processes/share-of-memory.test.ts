import { expect, test } from 'vitest';
import { shareOfMemory } from '../../../../models/serving/processes/one-of-several.js';

const MIB = 2 ** 20;

test('processes use together what one gateway may; what is not said has its default', () => {
  expect(shareOfMemory({}, 2)).toEqual({ modelMemoryBytes: 512 * MIB, maxHeldBytes: 32 * MIB });
  expect(shareOfMemory({ modelMemoryBytes: 300 * MIB, maxHeldBytes: 90 * MIB }, 3)).toEqual({
    modelMemoryBytes: 100 * MIB,
    maxHeldBytes: 30 * MIB,
  });
});

test('a body of the largest size is still held by each', () => {
  expect(shareOfMemory({ bodyLimitBytes: 20 * MIB }, 16)).toMatchObject({ maxHeldBytes: 20 * MIB });
  // No more than the gateway may hold of it: a body beyond that is refused by one process too.
  expect(shareOfMemory({ maxHeldBytes: 4 * MIB }, 16)).toMatchObject({ maxHeldBytes: 4 * MIB });
});
