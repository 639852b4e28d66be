import { MillraceError, type VersionRecord } from '../../contracts/index.js';

/** The importance that a model has of its own, one value a feature of its signature. */
export interface ImportanceByFeature {
  readonly kind: string;
  readonly values: readonly number[];
}

/**
 * What training stored of the model's own importance, summed to the inputs: an input of text is
 * several columns inside of the model, and a class of several has coefficients of its own.
 *
 * @throws MillraceError `InvalidInput` where the model has none
 */
export function nativeImportance({ model, version, content }: VersionRecord): ImportanceByFeature {
  const { importance, algorithm, signature, server } = content;
  if (server !== undefined) {
    throw new MillraceError(
      'InvalidInput',
      `${model}@${version} is answered by a server, which tells nothing of its own importance`,
      'permutation, shap, kernelShap, lime and partialDependence work for any model',
    );
  }
  if (importance === undefined) {
    throw new MillraceError(
      'InvalidInput',
      `${model}@${version} (${algorithm}) has no importance of its own`,
      'trees and linear models have one where train stored it; permutation and shap work for any model',
    );
  }
  const values = signature.inputs.map(({ name }) =>
    importance.columns
      .filter(({ feature }) => feature === name)
      .reduce((sum, { value }) => sum + Math.abs(value), 0),
  );
  return { kind: importance.kind, values };
}
