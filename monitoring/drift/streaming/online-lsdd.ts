import { defineDetector } from './descriptor.js';
import type { StreamValue } from './detector.js';
import { countOption, numberOption, type ValuesOf } from './detector-option.js';
import { prepareLsdd } from './online-lsdd-statistic.js';
import { ONLINE_TEST_OPTIONS, OnlineTest, onlineTestConflict } from './online-test.js';
import type { RandomState } from './random-state.js';
import type { Rows } from './row-distances.js';
import type { PreparedStatistic } from './window-test.js';

const OPTIONS = {
  ...ONLINE_TEST_OPTIONS,
  centres: countOption(40, 1, 500, 'rows of the reference that carry a kernel'),
  ridge: numberOption(1, { above: 0, to: 1000 }, 'smoothing: more, and only broad changes count'),
};

class OnlineLsdd extends OnlineTest {
  constructor(private readonly given: ValuesOf<typeof OPTIONS>) {
    super('online-lsdd', given);
  }

  protected prepare(reference: Rows, random: RandomState): PreparedStatistic {
    return prepareLsdd(reference, this.given, random);
  }
}

/**
 * Online least-squares density difference: like {@link onlineMmdDetector} with another statistic,
 * the estimated ∫(p − q)² between reference and window. An update costs kernels to `centres` rows
 * only, not to the whole reference.
 *
 * @example
 * const detector = onlineLsddDetector.create({ windowSize: 50 });
 * for (const row of rows) if (detector.update(row).drift) break;
 * @see O. Cobb, A. Van Looveren, J. Klaise, Sequential Multivariate Change Detection with Calibrated
 * and Memoryless False Detection Rates, AISTATS 2022
 */
export const onlineLsddDetector = defineDetector<typeof OPTIONS, StreamValue>({
  name: 'online-lsdd',
  summary: 'distribution of a window unlike the reference (density difference)',
  input: 'number',
  multivariate: true,
  warns: false,
  options: OPTIONS,
  conflict: (options) =>
    options.centres > options.referenceSize
      ? `centres (${options.centres}) must be at most referenceSize (${options.referenceSize})`
      : onlineTestConflict(options),
  make: (options) => new OnlineLsdd(options),
});
