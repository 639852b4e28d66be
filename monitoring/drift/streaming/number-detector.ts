import type { Detection } from './detection.js';
import type { DetectorOptionValues } from './detector.js';
import { StreamingDetector } from './streaming-detector.js';

/**
 * What values a detector watches: `error` is 0 (right) or 1 (wrong), `share` a number in [0, 1],
 * `number` any number of a size whose square is still finite after any number of additions.
 */
export type StreamInput = 'error' | 'share' | 'number';

/** Past this size sums of squares could overflow and the state become NaN. */
export const LARGEST_VALUE = 1e100;

export const INPUT_IN_WORDS: Readonly<Record<StreamInput, string>> = {
  error: '0 (right) or 1 (wrong)',
  share: 'a number from 0 to 1',
  number: `a finite number of at most ${LARGEST_VALUE} in size`,
};

/** Whether a detector of this input takes the value; NaN and infinite values never are. */
export function takesValue(input: StreamInput, x: number): boolean {
  if (input === 'number') return x >= -LARGEST_VALUE && x <= LARGEST_VALUE;
  return input === 'share' ? x >= 0 && x <= 1 : x === 0 || x === 1;
}

/** A detector over single numbers. */
export abstract class NumberDetector extends StreamingDetector {
  constructor(
    name: string,
    version: number,
    options: DetectorOptionValues,
    readonly input: StreamInput,
  ) {
    super(name, version, options);
  }

  override update(x: number): Detection {
    // −0 becomes 0: JSON does not tell them apart.
    return super.update(x === 0 ? 0 : x);
  }

  protected check(x: number): void {
    if (typeof x === 'number' && takesValue(this.input, x)) return;
    throw new RangeError(`${this.name} takes ${INPUT_IN_WORDS[this.input]}, not ${String(x)}`);
  }
}
