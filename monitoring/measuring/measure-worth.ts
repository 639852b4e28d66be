import type { VersionRecord, WindowMeasurement } from '../../contracts/index.js';
import { signatureMismatches } from '../../models/inference/index.js';
import type { Table } from '../../storage/tabular/table.js';
import type { ReferenceProfile } from '../drift/index.js';
import { compareWithPrevious, measurePerformance, servedSample } from './measure-performance.js';
import type { MeasureDeps, MeasureRequest } from './measure-window.js';
import { measureBias } from './prediction-bias.js';

/**
 * Performance of the version with its bias and variance, and the performance of the earlier version
 * on the same rows where it is asked for.
 */
export async function measureWorth(
  deps: MeasureDeps,
  { model, spec, signal }: MeasureRequest,
  version: VersionRecord,
  profile: ReferenceProfile,
  labelled: Table,
  previous: { readonly version: number } | null,
): Promise<Pick<WindowMeasurement, 'performance' | 'previous' | 'bias'>> {
  const enough = labelled.rows >= spec.window.minRows;
  const sample = enough ? await servedSample(deps, version, labelled, signal) : null;
  const bias = sample === null ? null : measureBias(sample, profile.bias);
  const worth = {
    performance: measurePerformance(version, sample, labelled.rows, spec),
    ...(bias !== null && { bias }),
  };
  if (sample === null || previous === null || spec.performance === null) {
    return { ...worth, previous: null };
  }
  const earlier = await deps.registry.version(model, previous.version);
  const mismatches =
    earlier === null
      ? ['it is not in the registry']
      : signatureMismatches(earlier.content.signature, labelled.columns);
  if (earlier === null || mismatches.length > 0) {
    const context = { model, version: previous.version, mismatches };
    deps.logger.warn(context, 'the earlier version cannot be asked the same rows');
    return { ...worth, previous: null };
  }
  const { metric } = spec.performance;
  return {
    ...worth,
    previous: await compareWithPrevious(deps, earlier, labelled, sample, metric, signal),
  };
}
