import { formatEventTime } from '../../contracts/index.js';
import {
  materializeView,
  onlineStorePlace,
  openOnlineStore,
  type ServedDefinition,
  servedDefinitions,
} from '../../models/features/index.js';
import type { Cli } from '../command.js';
import { UsageError } from '../errors.js';
import { openCliHome, withRegistry } from '../rooms.js';
import { findView, type LoadedView } from './load-features.js';

export interface MaterializeOptions {
  readonly all?: boolean;
  readonly until?: string;
}

/** One definition that was written to the online store. */
interface MaterializedDocument {
  readonly name: string;
  readonly hash: string;
  /** Version that was trained with it, where the file says something else today. */
  readonly heldFor: string | null;
  readonly entities: number;
  readonly written: number;
  readonly removed: number;
}

/**
 * Writes the latest values of views to the online store: by the definitions of today, and by those
 * that versions in service were trained with.
 */
export async function materialize(
  cli: Cli,
  views: readonly LoadedView[],
  names: readonly string[],
  { all = false, until }: MaterializeOptions,
): Promise<void> {
  if (names.length === 0 && !all) {
    throw new UsageError('no feature view is named', 'name some, or all of them with --all');
  }
  const wanted = all ? views : names.map((name) => findView(views, name));
  const untilMs = until === undefined ? Date.now() : Date.parse(until);
  const home = await openCliHome(cli);
  const known = new Set(wanted.map(({ view }) => view.hash));
  const asked = wanted.map(({ view }) => view.name);
  const held =
    (await withRegistry(home, (registry) => servedDefinitions(registry, asked, known))) ?? [];
  const jobs = [
    ...wanted.map(({ view, baseDirectory }) => ({ definition: view, baseDirectory, held: null })),
    ...held.map((served) => ({ ...served, held: served })),
  ];
  const store = await openOnlineStore(onlineStorePlace(home, cli.env));
  const done: MaterializedDocument[] = [];
  try {
    for (const { definition, baseDirectory, held: served } of jobs) {
      const made = await materializeView(store, { definition, baseDirectory, untilMs });
      const { name, hash } = definition;
      done.push({ name, hash, heldFor: heldFor(served), ...made });
    }
  } finally {
    await store.close();
  }
  const document = { until: formatEventTime(untilMs), store: store.name, views: done };
  cli.out.result(document, () => done.map(words).join('\n'));
}

function heldFor(served: ServedDefinition | null): string | null {
  return served === null ? null : `${served.model}@${served.version}`;
}

function words(document: MaterializedDocument): string {
  const { name, hash, heldFor: version, entities, written, removed } = document;
  const which = version === null ? '' : ` as ${version} was trained with it (${hash.slice(0, 8)})`;
  const gone = removed === 0 ? '' : `; ${removed} that the source has no longer are removed`;
  const left = entities === 0 ? ': the source has no row until then, what the store has stays' : '';
  return `${name}${which}: ${entities} entities, ${written} of them new or changed${gone}${left}`;
}
