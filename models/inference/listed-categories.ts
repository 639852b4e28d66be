import type { CategoricalProfile } from '../../monitoring/drift/index.js';

/**
 * The categories of a reference, most frequent first; `null` where its profile does not list all of
 * them: then nobody can say which the reference never had.
 */
export function listedCategories({
  categories,
  otherRows,
}: CategoricalProfile): readonly string[] | null {
  return otherRows > 0 || categories.length === 0 ? null : categories.map(({ value }) => value);
}
