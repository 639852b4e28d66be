import {
  MillraceError,
  type PipelinePlan,
  type ServeSpec,
  type VersionRecord,
} from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import { warmUpRow } from '../inference/index.js';
import type { ServedModel } from '../inference/served-model.js';
import { LogPolicy } from '../predictions/log-policy.js';
import { type ModelDeps, openModel } from '../sources/index.js';
import { type BatchLimits, DEFAULT_BATCH_LIMITS } from './batching/batch-limits.js';
import { BatchedModel } from './batching/batched-model.js';
import type { FeatureLookups } from './features/feature-lookups.js';
import { loadUnknownCategories } from './load-unknown-categories.js';
import type { MemoryBudget } from './memory/memory-budget.js';
import { OnDemandModel } from './memory/on-demand-model.js';
import { sessionBytes } from './memory/session-bytes.js';
import { loadFailure } from './not-served.js';
import type { ServingMetrics } from './observing/serving-metrics.js';
import { loadRowJudge } from './outliers/load-row-judge.js';
import { platformOf } from './protocols/model-metadata.js';
import { ServedVersion } from './served-version.js';
import { SharedSessions } from './shared-sessions.js';

export type LoadVersion = (record: VersionRecord) => Promise<ServedVersion>;

export interface VersionLoaderOptions extends ModelDeps {
  readonly artifacts: ArtifactStore;
  readonly logger: Logger;
  /** What all loaded models share. */
  readonly budget: MemoryBudget;
  /** Read where a column of the log is to be hashed. */
  readonly maskingKey: () => Promise<Uint8Array>;
  /** Where runs of models and caches of answers are counted. */
  readonly metrics: Pick<ServingMetrics, 'batches' | 'caches'>;
  /** How features are looked up that requests do not bring; absent: they are not. */
  readonly lookups?: FeatureLookups;
}

/**
 * Loads versions from the artifact store and lets each answer a row before it counts, so that the
 * first request does not pay for it and a graph that cannot run is found before the switch.
 */
export function createVersionLoader(options: VersionLoaderOptions): LoadVersion {
  const { artifacts, logger, budget, maskingKey, metrics } = options;
  const sessions = new SharedSessions();
  return async (record) => {
    const { model, version, content } = record;
    const { signature } = content;
    const spec = await serveSpec(artifacts, record, logger);
    const { log = {}, outliers = false, unknownCategories, features, cache, ...limits } = spec;
    // Before the model is loaded: nothing is to be released where it cannot be done.
    const categories = await loadUnknownCategories(artifacts, record, unknownCategories);
    const needsKey = Object.values(log.columns ?? {}).includes('hash');
    const key = needsKey ? await maskingKey() : new Uint8Array();
    const policy = new LogPolicy(log, signature, key);
    const judge = outliers ? await loadRowJudge(artifacts, record, logger) : null;
    const lookup = (await options.lookups?.of(record, features)) ?? null;
    const warn = (error: unknown): void =>
      logger.warn({ err: error, model, version }, 'a retired version was not released');
    const session = await sessions.take(`${model}/${version}`, async () => {
      const loaded = await OnDemandModel.create({
        signature,
        bytes: (loaded) => sessionBytes(content, loaded),
        load: () => openWarm(options, record),
        asFailure: (error) => loadFailure(model, version, error),
        budget,
        onParkError: warn,
      });
      return new BatchedModel(loaded, {
        name: `version ${version} of ${model}`,
        limits: batchLimits(limits),
        onBatch: (rows) => metrics.batches(model).observe(rows),
      });
    });
    const kept = cache === undefined ? null : metrics.caches.open(record, cache);
    const platform = platformOf(content);
    return new ServedVersion(
      ...([model, version, platform, session, policy, judge] as const),
      ...([categories, lookup, kept, warn] as const),
    );
  };
}

async function openWarm(
  deps: ModelDeps,
  { model, version, content }: VersionRecord,
): Promise<ServedModel> {
  const loaded = await openModel(deps, content, { name: `version ${version} of ${model}` });
  // A server has answered a row before it counted as open.
  if (content.server !== undefined) return loaded;
  try {
    await loaded.predict([warmUpRow(content.signature.inputs)]);
    return loaded;
  } catch (error) {
    await loaded.release();
    throw error;
  }
}

/** As the pipeline said when the version was made: a later file changes nothing of it. */
async function serveSpec(
  artifacts: ArtifactStore,
  { model, version, plan }: VersionRecord,
  logger: Logger,
): Promise<ServeSpec> {
  if (!(await artifacts.has(plan))) {
    logger.warn({ model, version }, 'its plan is gone: it is served by the defaults');
    return {};
  }
  try {
    return (await artifacts.readJson<PipelinePlan>(plan)).serve ?? {};
  } catch (cause) {
    // What may not be written is said there: without it nothing is.
    throw new MillraceError(
      'ArtifactCorrupt',
      `the plan of version ${version} of ${model} cannot be read, which says what the log may keep`,
      'register it again',
      { cause },
    );
  }
}

function batchLimits(
  serve: Omit<ServeSpec, 'log' | 'outliers' | 'unknownCategories' | 'features'>,
): BatchLimits {
  return {
    maxRows: serve.batchRows ?? DEFAULT_BATCH_LIMITS.maxRows,
    maxDelayMs: serve.batchDelayMs ?? DEFAULT_BATCH_LIMITS.maxDelayMs,
    maxWaitingRows: serve.maxWaitingRows ?? DEFAULT_BATCH_LIMITS.maxWaitingRows,
    timeoutMs: serve.timeoutMs ?? DEFAULT_BATCH_LIMITS.timeoutMs,
  };
}
