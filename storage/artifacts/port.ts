import type { ArtifactRef } from '../../contracts/index.js';

/**
 * Immutable files found by the digest of their content. Putting the same content twice is one file;
 * a crash at any point leaves either the whole file under its final name or nothing.
 */
export interface ArtifactStore {
  /** Copies a file in; `sourcePath` stays where it is. */
  putFile(sourcePath: string, mediaType: string): Promise<ArtifactRef>;
  putBytes(content: Uint8Array, mediaType: string): Promise<ArtifactRef>;
  /** Stores canonical JSON, so that equal values have equal references. */
  putJson(value: unknown, mediaType: string): Promise<ArtifactRef>;
  /** True when the file is there with the size that the reference says. Reads no content. */
  has(ref: ArtifactRef): Promise<boolean>;
  /**
   * What is wrong with the file, as the end of a sentence; `null` where it is there and intact. It is
   * judged by its size and times, and read only where something has touched it since.
   *
   * @param since - when the reference was recorded: RFC 3339
   */
  defect(ref: ArtifactRef, since: string): Promise<string | null>;
  /** @throws MillraceError `ArtifactCorrupt` when it is missing or its digest differs */
  readBytes(ref: ArtifactRef): Promise<Uint8Array>;
  /** @throws MillraceError `ArtifactCorrupt` as {@link readBytes} */
  readJson<T>(ref: ArtifactRef): Promise<T>;
  /**
   * A local path of the verified content, to be read only.
   * @throws MillraceError `ArtifactCorrupt` as {@link readBytes}
   */
  localPath(ref: ArtifactRef): Promise<string>;
  /**
   * Removes the file for good; who calls has made sure that nothing refers to it.
   * @returns whether it was there
   */
  remove(ref: ArtifactRef): Promise<boolean>;
}
