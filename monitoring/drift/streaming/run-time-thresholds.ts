/**
 * What rounding may add to a statistic. Streams of few different values give the same statistic again
 * and again, computed in another order: such ties must not pass for more.
 */
export const ROUNDING = 1e-9;

/**
 * Thresholds that a statistic passes by chance once in `expectedRunTime` steps.
 *
 * Step by step, the threshold is the quantile 1 − 1/`expectedRunTime` of the statistic among the
 * simulated streams that have not alarmed before. So the chance of a false alarm at each step, given
 * that none was before, is the same from the first step on: the time to a false alarm has no memory.
 *
 * @param statistics - one row of `steps` values for each simulated stream without drift
 * @returns one threshold a step; the last one goes for all later steps
 * @throws RangeError when there are fewer streams than `expectedRunTime`
 * @see O. Cobb, A. Van Looveren, J. Klaise, Sequential Multivariate Change Detection with Calibrated
 * and Memoryless False Detection Rates, AISTATS 2022
 */
export function runTimeThresholds(
  statistics: Float64Array,
  steps: number,
  expectedRunTime: number,
): Float64Array {
  const streams = statistics.length / steps;
  if (streams < expectedRunTime) {
    throw new RangeError(
      `${streams} simulated streams cannot tell one alarm in ${expectedRunTime} steps`,
    );
  }
  let quiet = Int32Array.from({ length: streams }, (_, stream) => stream);
  return Float64Array.from({ length: steps }, (_, step) => {
    const at = (stream: number) => statistics[stream * steps + step] ?? 0;
    const sorted = Float64Array.from(quiet, at).sort();
    const alarms = Math.max(1, Math.round(sorted.length / expectedRunTime));
    const threshold = sorted[sorted.length - 1 - alarms] ?? Number.POSITIVE_INFINITY;
    quiet = quiet.filter((stream) => at(stream) <= threshold + ROUNDING);
    return threshold;
  });
}
