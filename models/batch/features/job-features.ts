import type { FeatureUse, ServeSpec, VersionRecord } from '../../../contracts/index.js';
import type { ArtifactStore } from '../../../storage/artifacts/port.js';
import {
  FeatureLookup,
  type OnlineStore,
  onlineStorePlace,
  openOnlineStore,
} from '../../features/index.js';

/** A job asks for thousands of entities at a time, and nobody waits for one of its rows. */
const TIMEOUT_MS = 30_000;

export interface JobFeaturesDeps {
  readonly artifacts: Pick<ArtifactStore, 'readJson'>;
  readonly home: { readonly root: string };
  readonly env: NodeJS.ProcessEnv;
}

/** The features of a version's inputs, and what looks up those that rows lack. */
export interface JobFeatures {
  readonly uses: readonly FeatureUse[];
  readonly timeColumn: string | null;
  readonly lookup: FeatureLookup;
  close(): Promise<void>;
}

/**
 * What a job looks up for a version as the gateways do, from the same online store and by the same
 * `serve.features`; `null` where the version has no features.
 *
 * @throws MillraceError `InvalidInput` where the environment names no store that there can be
 */
export async function openJobFeatures(
  { artifacts, home, env }: JobFeaturesDeps,
  { model, content, plan }: Pick<VersionRecord, 'model' | 'content' | 'plan'>,
): Promise<JobFeatures | null> {
  const { features: uses = [], signature } = content;
  if (uses.length === 0) return null;
  const { serve } = await artifacts.readJson<{ readonly serve?: ServeSpec | null }>(plan);
  const store: OnlineStore = await openOnlineStore(onlineStorePlace(home, env));
  const timeColumn = signature.context.find(({ role }) => role === 'time')?.name ?? null;
  const lookup = new FeatureLookup({
    ...{ model, uses, store, timeColumn },
    timeoutMs: Math.max(TIMEOUT_MS, serve?.features?.timeoutMs ?? 0),
    onFailure: serve?.features?.onFailure ?? 'reject',
  });
  return { uses, timeColumn, lookup, close: () => store.close() };
}
