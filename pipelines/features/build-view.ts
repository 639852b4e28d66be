import { createHash } from 'node:crypto';
import {
  canonicalJson,
  type FeatureColumn,
  type FeatureDefinition,
  type FeatureSource,
  type FeatureView,
  parseDurationMs,
} from '../../contracts/index.js';
import type { FeatureViewSource } from './feature-schema.js';

/** Name under which a source of plain files is read. */
const ONLY_FILES = 'rows';

/** A view of a checked file. Its paths stay relative to that file. */
export function buildView(name: string, source: FeatureViewSource): FeatureView {
  const entries = Object.entries(source.features).sort(([a], [b]) => (a < b ? -1 : 1));
  const columns = entries.map(([column, feature]): FeatureColumn => {
    return { name: column, kind: typeof feature === 'string' ? feature : feature.type };
  });
  const described = entries.flatMap(([column, feature]) =>
    typeof feature === 'string' || feature.description === undefined
      ? []
      : [[column, feature.description] as const],
  );
  const meaning = {
    entity: typeof source.entity === 'string' ? [source.entity] : source.entity,
    timestamp: source.timestamp,
    source: buildSource(source.source),
    columns,
    ttlMs: source.ttl === undefined ? null : parseDurationMs(source.ttl),
  };
  return {
    name,
    ...meaning,
    hash: hashOf(meaning),
    owner: source.owner,
    description: source.description ?? null,
    tags: source.tags ?? [],
    columnDescriptions: Object.fromEntries(described),
  };
}

function buildSource(source: FeatureViewSource['source']): FeatureSource {
  if (typeof source === 'string') return { sql: null, files: [{ name: ONLY_FILES, path: source }] };
  if (source.path !== undefined) {
    return { sql: null, files: [{ name: ONLY_FILES, path: source.path }] };
  }
  const files = Object.entries(source.files ?? {}).map(([name, path]) => ({ name, path }));
  return { sql: source.sql ?? '', files: files.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

function hashOf(meaning: Omit<FeatureDefinition, 'name' | 'hash'>): string {
  const text = canonicalJson(meaning);
  return createHash('sha256').update(text).digest('hex');
}
