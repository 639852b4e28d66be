import type { ModelExample } from '../../contracts/index.js';

/**
 * Processors sum in different orders: float32 has 24 bits, of which a long sum loses some. More than
 * this, relative to the larger, is another answer.
 */
const RELATIVE_TOLERANCE = 1e-4;
const ABSOLUTE_TOLERANCE = 1e-6;

/**
 * Where two answers to the same rows differ beyond what another processor may do to float32.
 *
 * @returns a sentence a row; empty where they are the same
 */
export function differences(
  expected: ModelExample['answer'],
  actual: ModelExample['answer'],
): readonly string[] {
  const found: string[] = [];
  for (const [row, prediction] of expected.predictions.entries()) {
    const given = actual.predictions[row];
    const probabilities = expected.probabilities?.[row];
    // Of two classes that are as likely, either may come first: the probabilities tell.
    const isAnswered =
      probabilities === undefined
        ? isSame(prediction, given)
        : probabilities.every((value, index) =>
            isSame(value, actual.probabilities?.[row]?.[index]),
          );
    if (!isAnswered) {
      found.push(`row ${row} should be ${String(prediction)}, it is ${String(given)}`);
    }
  }
  return found;
}

function isSame(expected: unknown, given: unknown): boolean {
  if (typeof expected !== 'number' || typeof given !== 'number') return expected === given;
  const scale = Math.max(Math.abs(expected), Math.abs(given));
  return Math.abs(expected - given) <= Math.max(ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE * scale);
}
