import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import {
  type ArtifactRef,
  canonicalJson,
  MEDIA_TYPE,
  MillraceError,
  type ModelManifest,
  sourceFile,
  type VersionRecord,
} from '../../contracts/index.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import type { CardPorts } from './card/card-facts.js';
import { CARD_FILE, cardOfVersion } from './card/card-of-version.js';
import { cardMarkdown, type ModelCard } from './card/model-card.js';
import {
  artifactOf,
  PACKAGE_FORMAT,
  type PackageFile,
  type PackageManifest,
  sourcePath,
} from './package-manifest.js';
import { preprocessingOf } from './preprocessing.js';
import { versionFile } from './version-file.js';

export interface ExportPorts extends CardPorts {
  readonly artifacts: Pick<ArtifactStore, 'has' | 'readJson' | 'localPath'>;
  /** Directory of the examples that run a package: each of its files goes into `edge/`. */
  readonly edgeDirectory: string;
}

/** A file of a package and where its content is. */
export interface PackageEntry extends PackageFile {
  readonly content: { readonly path: string } | { readonly bytes: Uint8Array };
}

export interface Package {
  readonly manifest: PackageManifest;
  /** Every file but the manifest, by path. */
  readonly entries: readonly PackageEntry[];
}

/**
 * Gathers a version into a package. It holds what never changes of a version, so that it has the
 * same files whatever becomes of it: nothing of aliases, tags, or what the monitor measured.
 *
 * @throws MillraceError `ArtifactCorrupt` when the graph or another file is gone or damaged
 */
export async function gatherPackage(ports: ExportPorts, record: VersionRecord): Promise<Package> {
  if (record.status === 'deleted') {
    throw new MillraceError(
      'NotFound',
      `version ${record.version} of ${record.model} was deleted: its files are gone`,
    );
  }
  const imported = record.provenance?.imported;
  if (imported !== undefined) return packageAgain(ports, imported.manifest);
  const card = await cardOfVersion(ports, record, 'as-registered');
  const { content, profile, plan, manifest, provenance } = record;
  const licence = await licenceEntry(ports, record, card);
  const entries = [
    ...(await sourceEntries(ports, content)),
    await stored(ports, 'model.json', manifest),
    await stored(ports, 'plan.json', plan),
    ...(profile === null ? [] : [await stored(ports, 'profile.json', profile)]),
    ...(provenance?.example == null
      ? []
      : [await stored(ports, 'example.json', provenance.example)]),
    ...(licence === null ? [] : [licence]),
    json('version.json', versionFile(record)),
    json('signature.json', content.signature),
    ...(content.server === undefined
      ? [json('preprocessing.json', preprocessingOf(content.signature))]
      : []),
    json('code.json', codeOf(record, card)),
    json('data.json', contentOf(card, 'data')),
    json('performance.json', performanceOf(card)),
    json(CARD_FILE, card),
    text('card.md', cardMarkdown(card), 'text/markdown'),
    text('requirements.txt', requirementsOf(record), 'text/plain'),
    ...(content.server === undefined ? await edgeEntries(ports.edgeDirectory) : []),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    manifest: {
      format: PACKAGE_FORMAT,
      model: record.model,
      version: record.version,
      registeredAt: record.createdAt,
      files: entries.map(({ path, sha256, bytes, mediaType }) => ({
        path,
        sha256,
        bytes,
        mediaType,
      })),
      missing: [
        ...(profile === null ? ['a baseline profile (the pipeline has no monitor)'] : []),
        ...(provenance?.example == null ? ['an example request with its answer'] : []),
        ...(licence === null ? ['a licence (`card.licence`, or a file beside the pipeline)'] : []),
        ...card.missing.map(({ section, what }) => `card, ${section}: ${what}`),
      ],
    },
    entries,
  };
}

/** The very package that a version came as. */
async function packageAgain(ports: ExportPorts, ref: ArtifactRef): Promise<Package> {
  const manifest = await ports.artifacts.readJson<PackageManifest>(ref);
  const entries = await Promise.all(
    manifest.files.map(async (file) => ({
      ...file,
      content: { path: await ports.artifacts.localPath(artifactOf(file)) },
    })),
  );
  return { manifest, entries };
}

/** The graph; or what the command of a server serves, where it is stored here. */
async function sourceEntries(
  ports: ExportPorts,
  content: ModelManifest,
): Promise<readonly PackageEntry[]> {
  const file = sourceFile(content);
  return file === null ? [] : [await stored(ports, sourcePath(content), file)];
}

async function stored(
  { artifacts }: ExportPorts,
  path: string,
  ref: ArtifactRef,
): Promise<PackageEntry> {
  const { sha256, bytes, mediaType } = ref;
  return { path, sha256, bytes, mediaType, content: { path: await artifacts.localPath(ref) } };
}

function json(path: string, value: unknown): PackageEntry {
  return text(path, `${canonicalJson(value)}\n`, MEDIA_TYPE.json);
}

function text(path: string, content: string, mediaType: string): PackageEntry {
  return entryOf(path, new TextEncoder().encode(content), mediaType);
}

function entryOf(path: string, bytes: Uint8Array, mediaType: string): PackageEntry {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, sha256, bytes: bytes.length, mediaType, content: { bytes } };
}

async function licenceEntry(
  ports: ExportPorts,
  { provenance }: VersionRecord,
  card: ModelCard,
): Promise<PackageEntry | null> {
  if (provenance?.licence != null) return stored(ports, 'LICENSE', provenance.licence);
  const said = contentOf(card, 'use')['licence'];
  return typeof said === 'string'
    ? text('LICENSE', `SPDX-License-Identifier: ${said}\n`, 'text/plain')
    : null;
}

/** Where the code of the pipeline is. */
function codeOf({ planHash, runId, provenance }: VersionRecord, card: ModelCard) {
  const { pipeline = null } = contentOf(card, 'training');
  return { git: provenance?.code ?? null, pipeline, planHash, runId };
}

function performanceOf(card: ModelCard) {
  return {
    overall: contentOf(card, 'performance'),
    experiments: contentOf(card, 'experiments'),
    fairness: contentOf(card, 'fairness'),
  };
}

function contentOf(card: ModelCard, id: string) {
  const section = card.sections.find((found) => found.id === id);
  if (section !== undefined) return section.content;
  throw new MillraceError('Internal', `the model card has no section ${id}`);
}

/** What trained it, pinned, as pip reads it. */
function requirementsOf({ content, provenance }: VersionRecord): string {
  const { python, ...libraries } = content.environment;
  const pins = Object.entries({ ...provenance?.requirements, ...libraries })
    .map(([library, version]) => `${library}==${version}`)
    .sort();
  const lines = python === undefined ? pins : [`# Python ${python}`, ...pins];
  return lines.map((line) => `${line}\n`).join('');
}

const EDGE_TYPES: { readonly [extension: string]: string } = {
  '.mjs': 'text/javascript',
  '.py': 'text/x-python',
  '.html': 'text/html',
  '.json': MEDIA_TYPE.json,
  '.md': 'text/markdown',
};

async function edgeEntries(directory: string): Promise<readonly PackageEntry[]> {
  const names = (await readdir(directory)).filter((name) => extname(name) in EDGE_TYPES);
  return Promise.all(
    names.map(async (name) =>
      entryOf(
        `edge/${name}`,
        await readFile(join(directory, name)),
        EDGE_TYPES[extname(name)] ?? MEDIA_TYPE.bytes,
      ),
    ),
  );
}
