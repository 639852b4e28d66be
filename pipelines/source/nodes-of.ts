import type { JsonValue } from '../../contracts/index.js';

/**
 * Values that a value holds, itself included.
 *
 * @example nodesOf({ a: [1, 2] }); // 4
 */
export function nodesOf(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, item: JsonValue) => sum + nodesOf(item), 1);
}
