import type {
  AliasRecord,
  FeatureDefinition,
  TrafficRoute,
  VersionRecord,
} from '../../contracts/index.js';

/** What of the registry tells which versions answer requests. */
export interface ServedVersionsPort {
  champions(): Promise<readonly AliasRecord[]>;
  routes(): Promise<readonly TrafficRoute[]>;
  version(model: string, version: number): Promise<VersionRecord | null>;
}

/** A definition that a served version was trained with. */
export interface ServedDefinition {
  readonly definition: FeatureDefinition;
  readonly model: string;
  readonly version: number;
  /** Paths of the definition are read from here. */
  readonly baseDirectory: string;
}

/**
 * The definitions of these views that versions in service were trained with, each once: where a file
 * says something else today, they are still what those versions look up.
 *
 * @param known - hashes that need not be found
 */
export async function servedDefinitions(
  registry: ServedVersionsPort,
  views: readonly string[],
  known: ReadonlySet<string>,
): Promise<readonly ServedDefinition[]> {
  const [champions, routes] = await Promise.all([registry.champions(), registry.routes()]);
  const served = [
    ...champions.map(({ model, version }) => ({ model, version })),
    ...routes.flatMap(({ model, arms, shadows }) => [
      ...arms.map(({ version }) => ({ model, version })),
      ...shadows.map((version) => ({ model, version })),
    ]),
  ];
  const found = new Map<string, ServedDefinition>();
  for (const { model, version } of served) {
    const record = await registry.version(model, version);
    for (const { definition } of record?.content.features ?? []) {
      if (record === null || !views.includes(definition.name)) continue;
      if (known.has(definition.hash) || found.has(definition.hash)) continue;
      const { baseDirectory } = record;
      found.set(definition.hash, { definition, model, version, baseDirectory });
    }
  }
  return [...found.values()];
}
