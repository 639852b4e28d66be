import { defineDetector } from './descriptor.js';
import type { StreamValue } from './detector.js';
import type { ValuesOf } from './detector-option.js';
import { prepareMmd } from './online-mmd-statistic.js';
import { ONLINE_TEST_OPTIONS, OnlineTest, onlineTestConflict } from './online-test.js';
import type { Rows } from './row-distances.js';
import type { PreparedStatistic } from './window-test.js';

class OnlineMmd extends OnlineTest {
  constructor(private readonly given: ValuesOf<typeof ONLINE_TEST_OPTIONS>) {
    super('online-mmd', given);
  }

  protected prepare(reference: Rows): PreparedStatistic {
    return prepareMmd(reference, this.given.windowSize);
  }
}

/**
 * Online maximum mean discrepancy: the newest `windowSize` rows against a reference, with a Gaussian
 * kernel whose bandwidth is the median heuristic's. Sees any change of distribution, also in rows of
 * several numbers.
 *
 * The first `referenceSize` rows are the reference. When they are there, thresholds are simulated
 * once, such that a false alarm comes every `expectedRunTime` rows on average: that update takes a
 * fraction of a second, the others microseconds. Rows must be independent of one another for that to
 * hold.
 *
 * @example
 * const detector = onlineMmdDetector.create({ expectedRunTime: 500 });
 * for (const row of rows) if (detector.update(row).drift) break;
 * @see O. Cobb, A. Van Looveren, J. Klaise, Sequential Multivariate Change Detection with Calibrated
 * and Memoryless False Detection Rates, AISTATS 2022
 */
export const onlineMmdDetector = defineDetector<typeof ONLINE_TEST_OPTIONS, StreamValue>({
  name: 'online-mmd',
  summary: 'distribution of a window unlike the reference (maximum mean discrepancy)',
  input: 'number',
  multivariate: true,
  warns: false,
  options: ONLINE_TEST_OPTIONS,
  conflict: onlineTestConflict,
  make: (options) => new OnlineMmd(options),
});
