import type { JsonObject, ModelSignature } from '../../../contracts/index.js';

/** A number as JSON writes one: what begins with 0 or a plus is a name in digits. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const WHOLE = /^-?\d+$/;

/**
 * Fields of a record whose kinds its source does not say: texts where the model takes text, else what
 * they are written as.
 *
 * @param texts - each field's value
 */
export function plainFields({ inputs }: ModelSignature, texts: JsonObject): JsonObject {
  const taken = new Set(inputs.flatMap(({ name, kind }) => (kind === 'string' ? [name] : [])));
  const fields = Object.entries(texts).map(
    ([name, value]) =>
      [name, taken.has(name) || typeof value !== 'string' ? value : asWritten(value)] as const,
  );
  return Object.fromEntries(fields);
}

function asWritten(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = NUMBER.test(text) ? Number(text) : Number.NaN;
  // More digits than a number holds: another one would be written beside the prediction.
  const isOther = WHOLE.test(text) && !Number.isSafeInteger(number);
  return Number.isFinite(number) && !isOther ? number : text;
}
