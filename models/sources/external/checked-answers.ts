import type { ModelSignature } from '../../../contracts/index.js';
import type { RowPredictions } from '../../inference/index.js';
import type { GivenAnswers } from './protocols/protocol.js';

type Prediction = number | string | boolean;

const EXPECTED = {
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  string: 'text',
} as const;

const SHOWN_CHARACTERS = 80;
/** Shares that servers round may miss 1 by as much. */
const SUM_TOLERANCE = 1e-3;

/**
 * Reads what a server gave by the model's signature: what does not fit is nobody's answer.
 *
 * @throws Error naming row, value and expectation: `gave "cold" for row 0, not a number`
 */
export function checkedAnswers(signature: ModelSignature, given: GivenAnswers): RowPredictions {
  const predictions = given.predictions.map((value, row) => {
    const read = readPrediction(signature, unwrapped(value));
    if (read !== null) return read;
    throw new Error(`gave ${shown(value)} for row ${row}, not ${expectation(signature)}`);
  });
  const { classes } = signature.output;
  if (given.probabilities === undefined || classes === undefined) return { predictions };
  const probabilities = given.probabilities.map((value, row) => {
    if (isDistribution(value, classes.length)) return value;
    throw new Error(
      `gave ${shown(value)} for row ${row}, not ${classes.length} probabilities that sum to 1`,
    );
  });
  return { predictions, probabilities };
}

/** A tensor of shape [N, 1] has a list a row. */
function unwrapped(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? unwrapped(value[0]) : value;
}

function readPrediction({ output }: ModelSignature, value: unknown): Prediction | null {
  const read = ofKind(output.kind, value);
  if (read === null || output.classes === undefined) return read;
  return output.classes.includes(read) ? read : null;
}

function ofKind(kind: ModelSignature['output']['kind'], value: unknown): Prediction | null {
  switch (kind) {
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'integer':
      return Number.isSafeInteger(value) ? (value as number) : null;
    case 'boolean':
      if (typeof value === 'boolean') return value;
      return value === 0 || value === 1 ? value === 1 : null;
    case 'string':
      return typeof value === 'string' ? value : null;
  }
}

function isDistribution(value: unknown, classes: number): value is readonly number[] {
  if (!Array.isArray(value) || value.length !== classes) return false;
  if (!value.every((share) => typeof share === 'number' && share >= 0 && share <= 1)) return false;
  const sum = value.reduce((total: number, share: number) => total + share, 0);
  return Math.abs(sum - 1) <= SUM_TOLERANCE;
}

function expectation({ output }: ModelSignature): string {
  return output.classes === undefined
    ? EXPECTED[output.kind]
    : `one of its classes ${output.classes.map(String).join(', ')}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
