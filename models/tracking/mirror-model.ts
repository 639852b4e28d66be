import type { LedgerEntry, TagRecord, VersionRecord } from '../../contracts/index.js';
import { mirrorAliases } from './mirror-aliases.js';
import { describedBy, mirrorLedger, mirrorNotes, tellsOf } from './mirror-ledger.js';
import { trainingRun } from './mirror-run.js';
import { mirrorModelTags, mirrorVersionTags, versionTags } from './mirror-tags.js';
import { modelFiles } from './mlmodel.js';
import type { MirrorPass } from './ports.js';
import { isCode, type RemoteRun, remoteRun, tagList } from './remote-run.js';
import { sendFile, sendText } from './run-files.js';

/** Tag by which a version that millrace made is found again. */
const VERSION_KEY_TAG = 'millrace.version_key';

/** Brings MLflow's registered model up to the registry's: versions in their order, then aliases. */
export async function mirrorModel(pass: MirrorPass, model: string): Promise<void> {
  const versions = await pass.registry.versions(model);
  if (versions.length === 0) return;
  await registeredModel(pass, model);
  const [tags, notes, ledger] = await Promise.all([
    pass.registry.life.tags(model),
    pass.registry.life.notes(model),
    pass.registry.ledger(model),
  ]);
  const numbers = new Map<number, string>();
  for (const version of versions) {
    const number = await remoteVersion(pass, version);
    if (number === null) continue;
    numbers.set(version.version, number);
    await mirrorVersionTags(pass, version, number, tagsOf(tags, version.version));
    const own = (line: LedgerEntry) => tellsOf(line, version.version);
    await mirrorNotes(pass, version, number, notes.filter(own));
    if (version.status === 'deleted') continue;
    const run = await versionRun(pass, version);
    await mirrorLedger(pass, run, folderOf(version), ledger.filter(own));
  }
  await mirrorModelTags(pass, model, tagsOf(tags, null));
  await mirrorAliases(pass, model, numbers);
}

function tagsOf(tags: readonly TagRecord[], version: number | null): Record<string, string> {
  const own = tags.filter((tag) => tag.version === version);
  return Object.fromEntries(own.map(({ tag, value }) => [tag, value]));
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
 *
 * @returns `null` for a version whose files were deleted before MLflow had it
 */
async function remoteVersion(pass: MirrorPass, version: VersionRecord): Promise<string | null> {
  const { mirror } = pass.registry;
  const { model } = version;
  const item = `version/${model}/${version.version}`;
  const known = await mirror.item(pass.target.name, item);
  if (known !== null && known.remote !== null) return known.remote;
  if (version.status === 'deleted') return null;
  const run = await versionRun(pass, version);
  // First the file, so that a version in MLflow is never without its model.
  const folder = folderOf(version);
  await sendFile(pass, run, `${folder}/manifest.json`, version.manifest);
  const { onnx } = version.content;
  if (onnx !== undefined) {
    await sendFile(pass, run, `${folder}/model.onnx`, onnx);
    for (const [name, text] of Object.entries(modelFiles(version))) {
      await sendText(pass, run, `${folder}/${name}`, text, 'text/plain');
    }
  }
  if (version.profile !== null) {
    await sendFile(pass, run, `${folder}/profile.json`, version.profile);
  }
  const number =
    (await findVersion(pass, version)) ??
    (await createVersion(pass, version, `${run.artifactUri}/${folder}`, run));
  await mirror.putItem(pass.target.name, item, { state: 'written', digest: '', remote: number });
  return number;
}

function folderOf({ model, version }: VersionRecord): string {
  return `versions/${model}/${version}`;
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
      description: describedBy(version),
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
