import type { FeatureUse, JsonValue } from '../../contracts/index.js';

/**
 * The `context` of a training with the key columns of its features' entities beside what was asked
 * for: a key tells whose features are meant, and is learned from only where that is asked for.
 *
 * @param inputs - of the training
 */
export function withEntityContext(
  inputs: { readonly [name: string]: JsonValue },
  uses: readonly FeatureUse[],
): { readonly [name: string]: JsonValue } {
  const { context, features, target } = inputs;
  const declared = Array.isArray(context) ? context : [];
  const named = new Set(declared.map((entry) => nameOf(entry)));
  const learned = new Set(Array.isArray(features) ? features : []);
  const keys = [...new Set(uses.flatMap(({ definition }) => definition.entity))];
  const added = keys
    .filter((key) => key !== target && !named.has(key) && !learned.has(key))
    .map((name) => ({ name, role: 'entity' }));
  return added.length === 0 ? inputs : { ...inputs, context: [...declared, ...added] };
}

function nameOf(entry: JsonValue): JsonValue {
  return typeof entry === 'object' && entry !== null && 'name' in entry
    ? (entry.name ?? null)
    : null;
}
