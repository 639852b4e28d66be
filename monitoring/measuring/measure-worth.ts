import type { WindowMeasurement } from '../../contracts/index.js';
import { signatureMismatches } from '../../models/inference/index.js';
import { inputNames } from './ask-version.js';
import { compareWithPrevious, measurePerformance } from './measure-performance.js';
import { measureBias } from './prediction-bias.js';
import { servedSample } from './served-sample.js';
import type { WindowContext } from './window-part.js';
import { labelledAtMost } from './window-rows.js';

/** Labelled rows that the champion before is asked; of more, so many at even steps. */
const MOST_PAIRED_ROWS = 50_000;

/**
 * Performance of the version with its bias and variance, and the performance of the earlier version
 * on the same rows where it is asked for.
 */
export async function measureWorth({
  deps,
  request,
  version,
  profile,
  labelled,
  previous,
}: WindowContext): Promise<Pick<WindowMeasurement, 'performance' | 'previous' | 'bias'>> {
  const { model, spec, signal } = request;
  const enough = labelled.rows >= spec.window.minRows;
  const sample = enough ? await servedSample(deps, version, labelled, signal) : null;
  const bias = sample === null ? null : measureBias(sample, profile.content.bias);
  const worth = {
    performance: measurePerformance(version, profile.content, sample, labelled.rows, spec),
    ...(bias !== null && { bias }),
  };
  if (sample === null || previous === null || spec.performance === null) {
    return { ...worth, previous: null };
  }
  const earlier = await deps.registry.version(model, previous.version);
  // So many rows settle a paired comparison, and all of their inputs have to be in memory.
  const paired = labelledAtMost(labelled, MOST_PAIRED_ROWS);
  const served = paired === labelled ? sample : await servedSample(deps, version, paired, signal);
  const asked = await paired.read(inputNames(version));
  const mismatches =
    earlier === null
      ? ['it is not in the registry']
      : signatureMismatches(earlier.content.signature, asked.columns);
  if (earlier === null || mismatches.length > 0) {
    const context = { model, version: previous.version, mismatches };
    deps.logger.warn(context, 'the earlier version cannot be asked the same rows');
    return { ...worth, previous: null };
  }
  const { metric } = spec.performance;
  const both = { asked, answers: paired.answers };
  return {
    ...worth,
    previous: await compareWithPrevious(deps, earlier, both, served, metric, signal),
  };
}
