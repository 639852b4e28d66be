import type { FeatureLookupSpec, VersionRecord } from '../../../contracts/index.js';
import {
  FeatureLookup,
  type OnlineStore,
  onlineStorePlace,
  openOnlineStore,
} from '../../features/index.js';
import type { LookupMetrics } from './lookup-metrics.js';

const DEFAULT_TIMEOUT_MS = 100;

export interface FeatureLookupsOptions {
  readonly home: { readonly root: string };
  readonly env: NodeJS.ProcessEnv;
  readonly metrics: LookupMetrics;
}

/** The online store of a gateway, opened once a model is served that has features. */
export class FeatureLookups {
  readonly #options: FeatureLookupsOptions;
  #store: Promise<OnlineStore> | null = null;

  constructor(options: FeatureLookupsOptions) {
    this.#options = options;
  }

  /**
   * What looks up the features of a version; `null` where it has none.
   *
   * @throws MillraceError `InvalidInput` where the environment names no store that there can be
   */
  async of(
    { model, content }: VersionRecord,
    { timeoutMs = DEFAULT_TIMEOUT_MS, onFailure = 'reject' }: FeatureLookupSpec = {},
  ): Promise<FeatureLookup | null> {
    const { features: uses = [], signature } = content;
    if (uses.length === 0) return null;
    const { home, env, metrics } = this.#options;
    this.#store ??= openOnlineStore(onlineStorePlace(home, env));
    const lookup = new FeatureLookup({
      model,
      uses,
      store: await this.#store,
      timeoutMs,
      onFailure,
      timeColumn: signature.context.find(({ role }) => role === 'time')?.name ?? null,
      onLookup: (seconds, outcomes) => metrics.looked(model, seconds, outcomes),
    });
    await lookup.warmUp();
    return lookup;
  }

  async close(): Promise<void> {
    // One that could not be opened has nothing to close.
    await (await this.#store?.catch(() => null))?.close();
  }
}
