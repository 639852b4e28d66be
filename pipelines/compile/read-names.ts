import type { JsonValue } from '../../contracts/index.js';
import { checkExpression, parseTemplate, type RootTypes } from '../expressions/index.js';
import type { RawObject } from './context.js';

const ROOTS: RootTypes = { params: 'any', run: 'any', steps: 'any', matrix: 'any', item: 'any' };

/**
 * Names below one root that the expressions of a step read, wherever they stand in it; those that they
 * only ask for by `has(…)` are not among them.
 *
 * @example readNames({ with: { n: '${matrix.depth + 1}' } }, 'matrix'); // Set { 'depth' }
 */
export function readNames(step: RawObject, root: string): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (source: string): void => {
    for (const { path, asked } of checkExpression(source, ROOTS).references) {
      if (path[0] === root && path[1] !== undefined && !asked) names.add(path[1]);
    }
  };
  const visit = (value: JsonValue): void => {
    if (typeof value === 'string') {
      const parsed = parseTemplate(value);
      if (parsed.ok) for (const { source } of parsed.expressions) add(source);
    } else if (typeof value === 'object' && value !== null) {
      for (const child of Object.values(value)) visit(child);
    }
  };
  const { if: condition, ...others } = step;
  if (typeof condition === 'string') add(condition);
  visit(others);
  return names;
}
