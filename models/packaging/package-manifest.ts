import { createHash } from 'node:crypto';
import {
  type ArtifactRef,
  artifactUri,
  canonicalJson,
  MillraceError,
} from '../../contracts/index.js';

export const PACKAGE_FORMAT = 'millrace-package/1';
export const MANIFEST_FILE = 'manifest.json';

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

/** Where the artifact store keeps this file. */
export function artifactOf({ sha256, bytes, mediaType }: PackageFile): ArtifactRef {
  return { uri: artifactUri(sha256), sha256, bytes, mediaType };
}

/** @throws MillraceError `InvalidInput` when the package lacks it */
export function packageFile(manifest: PackageManifest, path: string): PackageFile {
  const found = manifest.files.find((file) => file.path === path);
  if (found !== undefined) return found;
  throw new MillraceError('InvalidInput', `the package has no file ${path}`, 'export it again');
}
