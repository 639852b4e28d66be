import type { LogSpec, ServeSpec } from '../../contracts/index.js';
import { readBytes, readShare } from '../schema/scalars.js';
import type { ServeSource } from '../schema/serve-schema.js';
import { given, milliseconds, when } from './monitor/optional-fields.js';

/** The `serve` block as the plan has it. */
export function buildServe(source: ServeSource): ServeSpec {
  const { batch, queue, timeout, outliers, unknownCategories, features, log } = source;
  return given({
    batchRows: batch?.maxRows,
    batchDelayMs: when(batch?.maxDelay, milliseconds),
    maxWaitingRows: queue,
    timeoutMs: when(timeout, milliseconds),
    outliers: outliers === true ? true : undefined,
    unknownCategories,
    features: when(features, ({ timeout: longest, onFailure }) =>
      given({ timeoutMs: when(longest, milliseconds), onFailure }),
    ),
    log: when(log, buildLog),
  });
}

function buildLog({ sample, keep, columns }: NonNullable<ServeSource['log']>): LogSpec {
  return given({
    sample: when(sample, readShare),
    keepMs: when(keep?.for, milliseconds),
    keepBytes: when(keep?.size, readBytes),
    columns,
  });
}
