import { mirrorableAlias } from './alias-name.js';
import type { MirrorPass } from './ports.js';
import { digestOf } from './remote-run.js';

/**
 * Sets the aliases that the registry has and takes away those that it had; what somebody set in MLflow
 * by hand stays. What stands there is read from the model itself: its search answers without aliases.
 *
 * @param numbers - MLflow's number of each version of ours
 */
export async function mirrorAliases(
  pass: MirrorPass,
  model: string,
  numbers: ReadonlyMap<number, string>,
): Promise<void> {
  const { mirror } = pass.registry;
  const item = `aliases/${model}`;
  const wanted = new Map<string, string>();
  for (const { alias, version } of await pass.registry.life.aliases(model)) {
    const number = numbers.get(version);
    if (number !== undefined) wanted.set(mirrorableAlias(alias), number);
  }
  const known = await mirror.item(pass.target.name, item);
  const names = JSON.parse(known?.remote ?? '[]') as readonly string[];
  const digest = digestOf([...wanted]);
  if (known?.digest === digest) return;
  const put = (state: 'writing' | 'written', kept: readonly string[]) =>
    mirror.putItem(pass.target.name, item, {
      state,
      digest: state === 'written' ? digest : '',
      remote: JSON.stringify(kept),
    });
  // Kept before they are set, so that an attempt after a crash takes away what is not wanted by then.
  await put('writing', [...new Set([...names, ...wanted.keys()])]);
  const present = await readAliases(pass, model);
  for (const [alias, version] of wanted) {
    if (present.get(alias) === version) continue;
    await pass.client.send('moving an alias', 'registered-models/alias', {
      name: model,
      alias,
      version,
    });
  }
  for (const alias of names) {
    if (wanted.has(alias) || !present.has(alias)) continue;
    await pass.client.send(
      'taking an alias away',
      'registered-models/alias',
      { name: model, alias },
      'DELETE',
    );
  }
  await put('written', [...wanted.keys()]);
}

async function readAliases(
  { client }: MirrorPass,
  model: string,
): Promise<ReadonlyMap<string, string>> {
  const { registered_model: found } = await client.get<{
    registered_model: { aliases?: readonly { alias: string; version: string }[] };
  }>('reading the aliases of a model', 'registered-models/get', { name: model });
  return new Map((found.aliases ?? []).map(({ alias, version }) => [alias, version]));
}
