import type { JsonValue } from '../../contracts/index.js';
import { checkExpression, parseTemplate, type RootTypes } from '../expressions/index.js';
import type { RawObject } from './context.js';

const ROOTS: RootTypes = { params: 'any', run: 'any', steps: 'any', matrix: 'any', item: 'any' };

/** What an expression reads. */
export type NameRead = ReturnType<typeof checkExpression>['references'][number];

/** All that the expressions of a step read, wherever they stand in it. */
export function readsOf(step: RawObject): readonly NameRead[] {
  const found: NameRead[] = [];
  const add = (source: string): void => {
    found.push(...checkExpression(source, ROOTS).references);
  };
  const visit = (value: JsonValue): void => {
    if (typeof value === 'string') {
      const parsed = parseTemplate(value);
      if (parsed.ok) for (const { source } of parsed.expressions) add(source);
    } else if (typeof value === 'object' && value !== null) {
      for (const child of Object.values(value)) visit(child);
    }
  };
  const { if: condition, gate, ...others } = step;
  for (const bare of [condition, gate]) if (typeof bare === 'string') add(bare);
  visit(others);
  return found;
}

/**
 * Names below one root that the expressions of a step read; those that they only ask for by `has(…)`
 * are not among them.
 *
 * @example readNames({ with: { n: '${matrix.depth + 1}' } }, 'matrix'); // Set { 'depth' }
 */
export function readNames(step: RawObject, root: string): ReadonlySet<string> {
  return new Set(
    readsOf(step).flatMap(({ path: [first, name], asked }) =>
      first === root && name !== undefined && !asked ? [name] : [],
    ),
  );
}
