import type { VersionRecord } from '../../contracts/index.js';
import { formatEventTime } from '../../contracts/index.js';
import {
  type Materialization,
  type OnlineStore,
  onlineTable,
} from '../../models/features/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import type { LoadedView } from './load-features.js';

/** A version that was trained with features of a view. */
export interface ViewUser {
  readonly model: string;
  readonly version: number;
  readonly champion: boolean;
  /** Whether it was trained with the definition that the file has today. */
  readonly current: boolean;
  readonly features: readonly string[];
}

/** A feature view as `millrace features` prints it. */
export interface FeatureDocument {
  readonly name: string;
  readonly file: string;
  readonly owner: string;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly entity: readonly string[];
  readonly timestamp: string;
  readonly source: LoadedView['view']['source'];
  readonly ttlMs: number | null;
  readonly features: readonly {
    readonly name: string;
    readonly type: string;
    readonly description: string | null;
  }[];
  readonly hash: string;
  /** How far the online store is; `null`: nothing was materialised, or the store did not say. */
  readonly online: {
    readonly until: string;
    readonly entities: number;
    readonly finishedAt: string;
  } | null;
  /** Why the online store did not say how far it is; `null` where it did. */
  readonly onlineProblem: string | null;
  readonly usedBy: readonly ViewUser[];
}

/** Everything that is known of views, from their files, the registry and the online store. */
export async function describeViews(
  views: readonly LoadedView[],
  registry: RegistryReader | null,
  store: OnlineStore | null,
): Promise<readonly FeatureDocument[]> {
  const versions = registry === null ? [] : await versionsWithFeatures(registry);
  const champions = registry === null ? [] : await registry.champions();
  const isChampion = (record: VersionRecord): boolean =>
    champions.some(({ model, version }) => model === record.model && version === record.version);
  const { notes, problem } = await toldBy(store);
  return views.map(({ view, file }) => {
    const note = notes.find(({ table }) => table === onlineTable(view));
    const usedBy = versions.flatMap((record): readonly ViewUser[] => {
      const use = record.content.features?.find(({ definition }) => definition.name === view.name);
      if (use === undefined) return [];
      const { model, version } = record;
      const current = use.definition.hash === view.hash;
      return [{ model, version, champion: isChampion(record), current, features: use.columns }];
    });
    const { name, owner, description, tags, entity, timestamp, source, ttlMs, hash } = view;
    return {
      name,
      file,
      owner,
      description,
      tags,
      entity,
      timestamp,
      source,
      ttlMs,
      features: view.columns.map((column) => ({
        name: column.name,
        type: column.kind,
        description: view.columnDescriptions[column.name] ?? null,
      })),
      hash,
      online:
        note === undefined
          ? null
          : {
              until: formatEventTime(note.untilMs),
              entities: note.entities,
              finishedAt: formatEventTime(note.finishedAtMs),
            },
      onlineProblem: problem,
      usedBy,
    };
  });
}

async function toldBy(store: OnlineStore | null): Promise<{
  readonly notes: readonly Materialization[];
  readonly problem: string | null;
}> {
  if (store === null) return { notes: [], problem: null };
  try {
    return { notes: await store.materializations(), problem: null };
  } catch (error) {
    // What the files and the registry say is worth printing without it.
    return { notes: [], problem: error instanceof Error ? error.message : String(error) };
  }
}

async function versionsWithFeatures(registry: RegistryReader): Promise<readonly VersionRecord[]> {
  const models = await registry.models();
  const versions = await Promise.all(models.map((model) => registry.versions(model)));
  return versions.flat().filter(({ content }) => content.features !== undefined);
}

/** Whether a view has this text in its name, its words, its columns, or who answers for it. */
export function matches(document: FeatureDocument, text: string): boolean {
  const { name, owner, description, tags, entity, features } = document;
  const words = [name, owner, description ?? '', ...tags, ...entity];
  const columns = features.flatMap((feature) => [feature.name, feature.description ?? '']);
  const wanted = text.toLowerCase();
  return [...words, ...columns].some((word) => word.toLowerCase().includes(wanted));
}
