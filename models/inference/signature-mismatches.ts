import type { ModelSignature, ValueKind } from '../../contracts/index.js';

/**
 * What keeps a table from being given to a model, one clause each; empty when it fits. Numbers,
 * integers and booleans stand in for each other; text and numbers never do.
 *
 * @example signatureMismatches(signature, []); // ['column temperature is missing']
 */
export function signatureMismatches(
  signature: ModelSignature,
  columns: readonly { readonly name: string; readonly kind: ValueKind }[],
): readonly string[] {
  const kinds = new Map(columns.map(({ name, kind }) => [name, kind]));
  return signature.inputs.flatMap(({ name, tensor }) => {
    const kind = kinds.get(name);
    if (kind === undefined) return [`column ${name} is missing`];
    const fits = tensor === 'categorical' ? kind === 'string' : NUMERIC.has(kind);
    const wanted = tensor === 'categorical' ? 'text' : 'numbers';
    return fits ? [] : [`column ${name} holds values of kind ${kind}, the model takes ${wanted}`];
  });
}

const NUMERIC: ReadonlySet<ValueKind> = new Set(['number', 'integer', 'boolean']);
