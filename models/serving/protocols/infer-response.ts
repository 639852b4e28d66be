import { MillraceError, type ModelSignature } from '../../../contracts/index.js';
import type { Answer } from '../answer-rows.js';
import type { WantedOutput } from './infer-request.js';
import { outputMetadata } from './model-metadata.js';
import type { OutputDatatype } from './tensors/encode.js';

/** An output of an answer, whichever protocol it goes by. */
export interface OutputTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: OutputDatatype;
  readonly parameters?: { readonly [name: string]: unknown };
  /** Row by row. */
  readonly values: readonly (number | string | boolean)[];
}

/** In the order in which they were asked for. */
export function outputTensors(
  signature: ModelSignature,
  { predictions, probabilities = [] }: Answer,
  wanted: readonly WantedOutput[] | null,
): readonly OutputTensor[] {
  const all = outputMetadata(signature).map(({ shape, parameters, ...tensor }) => ({
    name: tensor.name,
    shape: [predictions.length, ...shape.slice(1)],
    datatype: tensor.datatype,
    ...(parameters !== undefined && { parameters }),
    values: parameters === undefined ? predictions : probabilities.flat(),
  }));
  return wanted?.flatMap(({ name }) => all.filter((tensor) => tensor.name === name)) ?? all;
}

/** What an answer says beside its outputs. */
export function answerParameters(answer: Answer) {
  return {
    prediction_id: answer.uuid,
    prediction_ids: answer.predictionIds,
    ...unusualOf(answer),
  };
}

/** Whether {@link unusualOf} has nothing to say. */
export function isUsual(answer: Answer): boolean {
  const { logged, fallbackFor, imputed, unknownCategories } = answer;
  const { outliers, confidence, cached } = answer;
  const isAsItCame = imputed.length === 0 && unknownCategories.length === 0;
  const isBare = outliers === null && confidence === undefined && cached === undefined;
  return logged && fallbackFor === null && isAsItCame && isBare;
}

/**
 * What is not as usual of an answer: it is not logged, given by another version, or not made of the rows
 * as they came; of each row the inputs that are unlike the reference's, how sure the answer is and whether
 * it was given before, where any of it is known.
 */
export function unusualOf(answer: Answer) {
  const { logged, fallbackFor, imputed, unknownCategories } = answer;
  const { outliers, confidence, cached } = answer;
  return {
    ...(!logged && { logged }),
    ...(fallbackFor !== null && { fallback_for: String(fallbackFor) }),
    ...(imputed.length > 0 && { imputed }),
    ...(unknownCategories.length > 0 && { unknown_categories: unknownCategories }),
    ...(outliers !== null && { outliers }),
    ...(confidence !== undefined && { confidence }),
    ...(cached !== undefined && { cached }),
  };
}

/** @throws MillraceError `InvalidInput` naming an output that the model does not have */
export function requireOutputs(
  signature: ModelSignature,
  wanted: readonly Pick<WantedOutput, 'name'>[] | null,
): void {
  if (wanted === null) return;
  const names = outputMetadata(signature).map(({ name }) => name);
  const unknown = wanted.find(({ name }) => !names.includes(name));
  const twice = wanted.find(({ name }, at) => wanted.findIndex((one) => one.name === name) !== at);
  const named = unknown ?? twice;
  if (named === undefined) return;
  const what = unknown === undefined ? 'is asked for twice' : 'is not known to the model';
  throw new MillraceError(
    'InvalidInput',
    `output ${named.name.slice(0, 80)} ${what}`,
    `it gives ${names.join(', ')}`,
  );
}
