import { FEATURES_KEY, type FeatureUse } from '../../contracts/index.js';

/** The features that were joined to a table, by its metadata; none where it says nothing of them. */
export function usesOfTable(metadata: { readonly [key: string]: string }): readonly FeatureUse[] {
  const text = metadata[FEATURES_KEY];
  // Written by this room alone, in one piece with the table.
  return text === undefined ? [] : (JSON.parse(text) as readonly FeatureUse[]);
}

/**
 * The features among a model's inputs, each with the definition that it was trained with. A column
 * that was derived from a feature under another name is none.
 */
export function usesOfInputs(
  uses: readonly FeatureUse[],
  inputs: readonly { readonly name: string }[],
): readonly FeatureUse[] {
  const names = new Set(inputs.map(({ name }) => name));
  return uses
    .map(({ definition, columns }) => ({
      definition,
      columns: columns.filter((column) => names.has(column)),
    }))
    .filter(({ columns }) => columns.length > 0);
}
