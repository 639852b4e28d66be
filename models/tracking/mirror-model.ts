import type { AliasRecord, VersionRecord } from '../../contracts/index.js';
import { mirrorableAlias } from './alias-name.js';
import { clipped, LONGEST } from './limits.js';
import { trainingRun } from './mirror-run.js';
import type { MirrorPass } from './ports.js';
import { digestOf, isCode, type RemoteRun, remoteRun, tagList } from './remote-run.js';
import { sendFile } from './run-files.js';
import { TrackingRefusal } from './tracking-error.js';

/** Tag by which a version that millrace made is found again. */
const VERSION_KEY_TAG = 'millrace.version_key';

/** Brings MLflow's registered model up to the registry's: versions in their order, then aliases. */
export async function mirrorModel(pass: MirrorPass, model: string): Promise<void> {
  const versions = await pass.registry.versions(model);
  if (versions.length === 0) return;
  await registeredModel(pass, model);
  for (const version of versions) {
    const number = await remoteVersion(pass, version);
    await writeVersionTags(pass, version, number);
  }
  await mirrorAliases(pass, model);
}

async function registeredModel(pass: MirrorPass, model: string): Promise<void> {
  const { mirror } = pass.registry;
  const item = `model/${model}`;
  if ((await mirror.item(pass.target.name, item)) !== null) return;
  try {
    await pass.client.send('registering a model', 'registered-models/create', {
      name: model,
      tags: tagList({ 'millrace.model': model }),
    });
  } catch (error) {
    if (!isCode(error, 'RESOURCE_ALREADY_EXISTS')) throw error;
  }
  await mirror.putItem(pass.target.name, item, { state: 'written', digest: '', remote: model });
}

/**
 * MLflow's number of a version, which is made where there is none. MLflow gives its own numbers: they
 * are the same as long as nobody else registers versions of this model there.
 */
export async function remoteVersion(pass: MirrorPass, version: VersionRecord): Promise<string> {
  const { mirror } = pass.registry;
  const { model } = version;
  const item = `version/${model}/${version.version}`;
  const known = await mirror.item(pass.target.name, item);
  if (known !== null && known.remote !== null) return known.remote;
  const run = await versionRun(pass, version);
  // First the file, so that a version in MLflow is never without its model.
  const folder = `versions/${model}/${version.version}`;
  await sendFile(pass, run, `${folder}/manifest.json`, version.manifest);
  await sendFile(pass, run, `${folder}/model.onnx`, version.content.onnx);
  if (version.profile !== null) {
    await sendFile(pass, run, `${folder}/profile.json`, version.profile);
  }
  const number =
    (await findVersion(pass, version)) ??
    (await createVersion(pass, version, `${run.artifactUri}/${folder}`, run));
  await mirror.putItem(pass.target.name, item, { state: 'written', digest: '', remote: number });
  return number;
}

function versionKey({ model, version, runId }: VersionRecord): string {
  return `${model}/${version}/${runId}`;
}

/** The run that made it; of a version that came as a package, one that stands for it. */
async function versionRun(pass: MirrorPass, version: VersionRecord): Promise<RemoteRun> {
  const run = await pass.registry.run(version.runId);
  if (run !== null) return trainingRun(pass, run);
  return remoteRun(pass, {
    key: `imported/${versionKey(version)}`,
    experiment: version.model,
    name: `${version.model} ${version.version} (imported)`,
    user: 'millrace',
    startMs: Date.parse(version.createdAt),
    tags: { 'millrace.model': version.model, 'millrace.version': String(version.version) },
  });
}

interface VersionAnswer {
  readonly version: string;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

async function createVersion(
  { client }: MirrorPass,
  version: VersionRecord,
  source: string,
  run: RemoteRun,
): Promise<string> {
  const { model_version: made } = await client.send<{ model_version: VersionAnswer }>(
    'registering a version',
    'model-versions/create',
    {
      name: version.model,
      source,
      run_id: run.id,
      description: `Version ${version.version} in millrace, of run ${version.runId}.`,
      tags: tagList({
        ...versionTags(version),
        [VERSION_KEY_TAG]: versionKey(version),
      }),
    },
  );
  return made.version;
}

async function findVersion({ client }: MirrorPass, version: VersionRecord): Promise<string | null> {
  const { model_versions: found } = await client.get<{
    model_versions?: readonly VersionAnswer[];
  }>('looking for a version', 'model-versions/search', {
    filter: `name='${version.model}' and tags.\`${VERSION_KEY_TAG}\`='${versionKey(version)}'`,
    max_results: '1',
  });
  return found?.[0]?.version ?? null;
}

/** What may still change about a version, and what a reader wants to see of it. */
function versionTags(version: VersionRecord): Record<string, string> {
  return {
    'millrace.version': String(version.version),
    'millrace.run': version.runId,
    'millrace.plan': version.planHash,
    'millrace.status': version.status,
    'millrace.approval': version.approval,
    'millrace.as_of': version.asOf,
    'millrace.onnx': version.content.onnx.sha256,
  };
}

async function writeVersionTags(
  pass: MirrorPass,
  version: VersionRecord,
  number: string,
): Promise<void> {
  const { mirror } = pass.registry;
  const item = `version-tags/${version.model}/${version.version}`;
  const tags = versionTags(version);
  const digest = digestOf(tags);
  if ((await mirror.item(pass.target.name, item))?.digest === digest) return;
  for (const [key, value] of Object.entries(tags)) {
    await pass.client.send('writing a tag of a version', 'model-versions/set-tag', {
      name: version.model,
      version: number,
      key,
      value: clipped(value, LONGEST.tag),
    });
  }
  await mirror.putItem(pass.target.name, item, { state: 'written', digest, remote: null });
}

/**
 * Sets the aliases that the registry has and takes away those that it had. What stands in MLflow is
 * read from the model itself: its search answers without aliases.
 */
async function mirrorAliases(pass: MirrorPass, model: string): Promise<void> {
  const { registered_model: found } = await pass.client.get<{
    registered_model: { aliases?: readonly { alias: string; version: string }[] };
  }>('reading the aliases of a model', 'registered-models/get', { name: model });
  const present = new Map((found.aliases ?? []).map(({ alias, version }) => [alias, version]));
  const wanted = await wantedAliases(pass, model);
  for (const [alias, version] of wanted) {
    if (present.get(alias) === version) continue;
    await pass.client.send('moving an alias', 'registered-models/alias', {
      name: model,
      alias,
      version,
    });
  }
  const { mirror } = pass.registry;
  const item = `aliases/${model}`;
  const before = (await mirror.item(pass.target.name, item))?.remote ?? '[]';
  // Aliases that somebody set in MLflow by hand stay.
  for (const alias of JSON.parse(before) as readonly string[]) {
    if (wanted.has(alias) || !present.has(alias)) continue;
    await pass.client.send(
      'taking an alias away',
      'registered-models/alias',
      { name: model, alias },
      'DELETE',
    );
  }
  await mirror.putItem(pass.target.name, item, {
    state: 'written',
    digest: digestOf([...wanted]),
    remote: JSON.stringify([...wanted.keys()]),
  });
}

async function wantedAliases(
  pass: MirrorPass,
  model: string,
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Map<string, string>();
  for (const { alias, version } of await aliasesOf(pass, model)) {
    const record = await pass.registry.version(model, version);
    if (record === null) {
      throw new TrackingRefusal(`alias ${alias} of ${model} names no version`, 'NO_VERSION');
    }
    wanted.set(mirrorableAlias(alias), await remoteVersion(pass, record));
  }
  return wanted;
}

async function aliasesOf(
  { registry }: MirrorPass,
  model: string,
): Promise<readonly Pick<AliasRecord, 'alias' | 'version'>[]> {
  const champion = await registry.champion(model);
  return champion === null ? [] : [champion];
}
