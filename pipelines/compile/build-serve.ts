import type { CacheSpec, LogSpec, ServeSpec } from '../../contracts/index.js';
import { readBytes, readShare } from '../schema/scalars.js';
import type { ServeSource } from '../schema/serve-schema.js';
import { given, milliseconds, when } from './monitor/optional-fields.js';

const SAMPLING_CONCURRENCY = 4;
const CACHE_ENTRIES = 10_000;
const CACHE_BYTES = 16 * 2 ** 20;
const CACHE_TTL_MS = 300_000;

/** The `serve` block as the plan has it. */
export function buildServe(source: ServeSource): ServeSpec {
  const { batch, queue, timeout, outliers, unknownCategories, features, log } = source;
  const { sampling, cache } = source;
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
    sampling: when(sampling, ({ times, concurrency = SAMPLING_CONCURRENCY }) => ({
      times,
      concurrency,
    })),
    cache: when(cache, buildCache),
  });
}

function buildCache({ maxEntries, maxBytes, ttl }: NonNullable<ServeSource['cache']>): CacheSpec {
  return {
    maxEntries: maxEntries ?? CACHE_ENTRIES,
    maxBytes: when(maxBytes, readBytes) ?? CACHE_BYTES,
    ttlMs: when(ttl, milliseconds) ?? CACHE_TTL_MS,
  };
}

function buildLog({ sample, keep, columns }: NonNullable<ServeSource['log']>): LogSpec {
  return given({
    sample: when(sample, readShare),
    keepMs: when(keep?.for, milliseconds),
    keepBytes: when(keep?.size, readBytes),
    columns,
  });
}
