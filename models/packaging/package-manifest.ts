import { createHash } from 'node:crypto';
import * as z from 'zod';
import {
  type ArtifactRef,
  artifactUri,
  canonicalJson,
  MillraceError,
  type ModelManifest,
  NAME_PATTERN,
} from '../../contracts/index.js';

export const PACKAGE_FORMAT = 'millrace-package/1';
export const MANIFEST_FILE = 'manifest.json';

/** A manifest is read into memory before anything in it is believed. */
export const MANIFEST_BYTES = 4 << 20;

export interface PackageFile {
  /** Relative, with `/` between its parts. */
  readonly path: string;
  /** Of the content, in hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
}

/** `manifest.json` of a package: what it is of, and every other file in it. */
export interface PackageManifest {
  readonly format: typeof PACKAGE_FORMAT;
  readonly model: string;
  readonly version: number;
  /** Wall clock at which the version was registered, RFC 3339. */
  readonly registeredAt: string;
  /** By path. */
  readonly files: readonly PackageFile[];
  /** What a package has that this one could not be given, in words. */
  readonly missing: readonly string[];
}

/** The manifest as it is written: equal manifests have equal bytes. */
export function manifestText(manifest: PackageManifest): string {
  return `${canonicalJson(manifest)}\n`;
}

/** The hash of a package: that of its manifest, which holds those of all its files. */
export function packageHash(manifest: PackageManifest): string {
  return createHash('sha256').update(manifestText(manifest)).digest('hex');
}

/** Where a package keeps what its version's answers come from. */
export function sourcePath({ server }: ModelManifest): string {
  return server === undefined ? 'model.onnx' : 'model.bin';
}

/** Where the artifact store keeps this file. */
export function artifactOf({ sha256, bytes, mediaType }: PackageFile): ArtifactRef {
  return { uri: artifactUri(sha256), sha256, bytes, mediaType };
}

/** @throws MillraceError `InvalidInput` when the package lacks it */
export function packageFile(manifest: PackageManifest, path: string): PackageFile {
  const found = manifest.files.find((file) => file.path === path);
  if (found !== undefined) return found;
  throw refused(`it has no file ${path}`);
}

const schema = z.strictObject({
  format: z.literal(PACKAGE_FORMAT),
  model: z.string().regex(NAME_PATTERN),
  version: z.int().min(1),
  registeredAt: z.iso.datetime({ offset: true }),
  files: z.array(
    z.strictObject({
      path: z.string().min(1),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      bytes: z.int().min(0),
      mediaType: z.string().min(1),
    }),
  ),
  missing: z.array(z.string()),
});

/**
 * Reads a manifest that anybody may have written.
 *
 * @throws MillraceError `InvalidInput` when it is not of this format, or not as millrace writes it:
 * one package has one hash
 */
export function readManifest(text: string): PackageManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refused(`${MANIFEST_FILE} is not JSON`, { cause });
  }
  const format = typeof value === 'object' && value !== null && 'format' in value && value.format;
  if (typeof format === 'string' && format !== PACKAGE_FORMAT) {
    throw refused(`its format is ${format}, and this release reads ${PACKAGE_FORMAT}`);
  }
  const { success, error } = schema.safeParse(value);
  if (!success) {
    const [first] = error.issues;
    throw refused(`${MANIFEST_FILE}: ${first?.path.join('.') || 'the file'}: ${first?.message}`);
  }
  const manifest = value as PackageManifest;
  if (manifestText(manifest) !== text) throw refused(`${MANIFEST_FILE} is not in canonical form`);
  return manifest;
}

/** A package that is not taken, whatever the reason. */
export function refused(why: string, options?: ErrorOptions): MillraceError {
  return new MillraceError(
    'InvalidInput',
    `the package is refused: ${why}`,
    'have it exported again by `millrace models export`',
    options,
  );
}
