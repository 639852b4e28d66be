import { formatEventTime, MillraceError } from '../../contracts/index.js';
import { entityKey, type OnlineStore, onlineTable } from '../../models/features/index.js';
import type { Cli } from '../command.js';
import { UsageError } from '../errors.js';
import type { LoadedView } from './load-features.js';

/** What the online store has of one entity: what a gateway would be told. */
export async function lookUp(
  cli: Cli,
  { view }: LoadedView,
  keys: readonly string[],
  store: OnlineStore | null,
): Promise<void> {
  const given = new Map(keys.map(readKey));
  const lacking = view.entity.filter((name) => !given.has(name));
  const unknown = [...given.keys()].filter((name) => !view.entity.includes(name));
  if (lacking.length > 0 || unknown.length > 0) {
    throw new UsageError(
      `${view.name} is looked up by ${view.entity.join(', ')}`,
      `write millrace features lookup ${view.name} ${view.entity.map((name) => `${name}=VALUE`).join(' ')}`,
    );
  }
  const entity = entityKey(view.entity.map((name) => given.get(name))) ?? '';
  const [row] = (await store?.get([{ table: onlineTable(view), entity }])) ?? [];
  if (row === undefined || row === null) {
    throw new MillraceError(
      'NotFound',
      `the online store has nothing of ${keys.join(', ')} in ${view.name}`,
      `millrace features materialize ${view.name} writes what the source has`,
    );
  }
  const values = Object.fromEntries(
    view.columns.map(({ name }, index) => [name, row.values[index] ?? null]),
  );
  const at = formatEventTime(row.atMs);
  cli.out.result({ name: view.name, entity: Object.fromEntries(given), at, values }, () =>
    [
      `known since ${at}`,
      ...Object.entries(values).map(([name, value]) => `${name} = ${value ?? 'missing'}`),
    ].join('\n'),
  );
}

function readKey(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`${text} is no key`, 'write it as COLUMN=VALUE');
  return [text.slice(0, at), text.slice(at + 1)];
}
