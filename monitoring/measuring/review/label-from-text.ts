import {
  MillraceError,
  type ModelSignature,
  type PredictionRecord,
} from '../../../contracts/index.js';

/**
 * The label that a person typed, as a value of the model's output.
 *
 * @throws MillraceError `InvalidInput` that says what the model can give
 * @example labelFromText('rain', { name: 'weather', kind: 'string', classes: ['clear', 'rain'] }); // 'rain'
 */
export function labelFromText(
  text: string,
  { name, kind, classes }: ModelSignature['output'],
): PredictionRecord['prediction'] {
  if (classes !== undefined) {
    const found = classes.find((value) => String(value) === text.trim());
    if (found !== undefined) return found;
    throw refuse(text, name, `one of ${classes.join(', ')}`);
  }
  if (kind === 'string') return text;
  if (kind === 'boolean') {
    if (text === 'true' || text === 'false') return text === 'true';
    throw refuse(text, name, 'true or false');
  }
  const value = Number(text);
  const isRight = kind === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (isRight && text.trim() !== '') return value;
  throw refuse(text, name, kind === 'integer' ? 'a whole number' : 'a number');
}

function refuse(text: string, name: string, wanted: string): MillraceError {
  return new MillraceError(
    'InvalidInput',
    `the label ${JSON.stringify(text)} does not fit ${name}`,
    `it must be ${wanted}; nothing was kept`,
  );
}
