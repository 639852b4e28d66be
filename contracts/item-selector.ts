import type { JsonValue } from './json.js';

/**
 * The scalars of an item by where they stand, as a selector names them. A scalar item is named `item`.
 *
 * @example itemFacts({ depth: 8, model: { kind: 'gb' } }); // { depth: '8', 'model.kind': 'gb' }
 */
export function itemFacts(item: JsonValue): { readonly [path: string]: string } {
  const facts: Record<string, string> = Object.create(null);
  const visit = (value: JsonValue, path: string): void => {
    if (typeof value !== 'object' || value === null)
      facts[path === '' ? 'item' : path] = `${value}`;
    else {
      for (const [key, child] of Object.entries(value)) {
        visit(child, path === '' ? key : `${path}.${key}`);
      }
    }
  };
  visit(item, '');
  return facts;
}

/** One line that tells an item from the others. @example itemLabel({ depth: 8 }); // 'depth=8' */
export function itemLabel(item: JsonValue): string {
  const parts = Object.entries(itemFacts(item)).map(([name, value]) => `${name}=${value}`);
  const label = parts.join(',');
  return label.length <= LONGEST_LABEL ? label : `${label.slice(0, LONGEST_LABEL - 1)}…`;
}

const LONGEST_LABEL = 200;

/** Text in the brackets of `train[…]` that names an item by its number or its values. */
export function isItemSelector(text: string): boolean {
  return /^\d+$/.test(text) || /^[A-Za-z_][\w.]*=/.test(text);
}

/**
 * Index of the item that a selector names: its number, or values that it has and no other item.
 *
 * @returns `null` where none has them; `'ambiguous'` where several have
 * @example findItem([{ depth: 4 }, { depth: 8 }], 'depth=8'); // 1
 */
export function findItem(
  items: readonly JsonValue[],
  selector: string,
): number | null | 'ambiguous' {
  if (/^\d+$/.test(selector)) return Number(selector) < items.length ? Number(selector) : null;
  const wanted = selector.split(',').map((part) => {
    const equals = part.indexOf('=');
    return [part.slice(0, equals).trim(), part.slice(equals + 1).trim()] as const;
  });
  let found: number | null = null;
  for (const [index, item] of items.entries()) {
    const facts = itemFacts(item);
    if (!wanted.every(([name, value]) => facts[name] === value)) continue;
    if (found !== null) return 'ambiguous';
    found = index;
  }
  return found;
}
