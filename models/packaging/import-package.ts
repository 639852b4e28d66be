import {
  type ArtifactRef,
  type ImportPackage,
  MillraceError,
  type ModelExample,
  type ModelManifest,
  sourceFile,
  type VersionRecord,
} from '../../contracts/index.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import { checkRows, loadModel } from '../inference/index.js';
import type { RegistryWriter } from '../registry/ports.js';
import { differences } from './answers-differ.js';
import {
  artifactOf,
  manifestText,
  type PackageManifest,
  packageFile,
  packageHash,
  refused,
  sourcePath,
} from './package-manifest.js';
import type { VerifiedPackage } from './read-package.js';
import { readVersionFile, type VersionFile } from './version-file.js';

export interface ImportPorts {
  readonly registry: Pick<RegistryWriter, 'versionByEffect' | 'registerVersion'>;
  readonly artifacts: Pick<ArtifactStore, 'has' | 'readJson' | 'readBytes'>;
}

/** Puts the files of a verified package, and its manifest, into the artifact store. */
export async function storePackage(
  artifacts: Pick<ArtifactStore, 'putFile' | 'putBytes'>,
  { manifest, files }: VerifiedPackage,
): Promise<ArtifactRef> {
  for (const { path, mediaType } of manifest.files) {
    const file = files.get(path);
    if (file !== undefined) await artifacts.putFile(file, mediaType);
  }
  const text = new TextEncoder().encode(manifestText(manifest));
  return artifacts.putBytes(text, 'application/vnd.millrace.package+json');
}

/**
 * Registers the version of a package whose files are in the artifact store. The key is the package's
 * hash: the same package is one version, however often it comes.
 *
 * @throws MillraceError `InvalidInput` when its files do not belong together, or its graph does not
 * answer its example; `ArtifactCorrupt` when the store lacks one
 */
export async function importPackage(
  ports: ImportPorts,
  { manifest: ref, model, baseDirectory, actor }: ImportPackage,
): Promise<VersionRecord> {
  const { registry, artifacts } = ports;
  const manifest = await artifacts.readJson<PackageManifest>(ref);
  const hash = packageHash(manifest);
  const effectKey = `import/${model}/${hash}`;
  const known = await registry.versionByEffect(effectKey);
  if (known?.status === 'deleted') {
    throw new MillraceError(
      'InvalidInput',
      `version ${known.version} of ${model} came from this package, and was deleted`,
      'import it under another name: --as NAME',
    );
  }
  if (known !== null) return known;

  const read = <T>(path: string) => artifacts.readJson<T>(artifactOf(packageFile(manifest, path)));
  const version = readVersionFile(await read('version.json'));
  const content = await read<ModelManifest>('model.json');
  checkTogether(manifest, version, content);
  for (const file of manifest.files) {
    if (await artifacts.has(artifactOf(file))) continue;
    throw new MillraceError('ArtifactCorrupt', `the store lacks ${file.path} of the package`);
  }
  await checkAnswers(ports, version, content);
  const { runId, planHash, params, monitor, asOf, plan, profile, provenance } = version;
  return registry.registerVersion(
    effectKey,
    {
      model,
      manifest: version.manifest,
      content,
      profile,
      runId,
      plan,
      planHash,
      baseDirectory,
      params,
      monitor,
      asOf,
      provenance: {
        ...(provenance ?? { code: null, example: null, licence: null, requirements: {} }),
        imported: {
          packageHash: hash,
          manifest: ref,
          model: manifest.model,
          version: manifest.version,
        },
      },
    },
    actor,
    `imported: ${manifest.model}@${manifest.version}, package ${hash}`,
  );
}

/** The files name each other by digest: those that it has must be the ones that are meant. */
function checkTogether(
  manifest: PackageManifest,
  version: VersionFile,
  content: ModelManifest,
): void {
  if (content.format !== 'millrace-model/1') {
    throw refused(`its model is of the format ${content.format}, which this release does not know`);
  }
  const meant: readonly (readonly [string, ArtifactRef | null | undefined])[] = [
    [sourcePath(content), sourceFile(content)],
    ['model.json', version.manifest],
    ['plan.json', version.plan],
    ['profile.json', version.profile],
    ['example.json', version.provenance?.example],
  ];
  for (const [path, ref] of meant) {
    if (ref != null && packageFile(manifest, path).sha256 !== ref.sha256) {
      throw refused(`${path} is not the one that its version was registered with`);
    }
  }
}

/** A graph that does not answer here as it did where it was trained must not come to serve. */
async function checkAnswers(
  { artifacts }: ImportPorts,
  version: VersionFile,
  { onnx, signature }: ModelManifest,
): Promise<void> {
  // Whether a server answers is known where it is to serve: nothing of a stranger's is started here.
  if (onnx === undefined) return;
  const model = await loadModel(await artifacts.readBytes(onnx), signature);
  try {
    const example = version.provenance?.example;
    if (example == null) return;
    const { request, answer } = await artifacts.readJson<ModelExample>(example);
    const check = checkRows(signature, request.dataframe_records);
    if (!check.ok) throw refused(`its example is no request: ${check.problems.join('; ')}`);
    const [first] = differences(answer, await model.predict(check.rows));
    if (first !== undefined) throw refused(`its graph does not answer its example: ${first}`);
  } finally {
    await model.release();
  }
}
