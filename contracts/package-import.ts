import type { ArtifactRef } from './artifact.js';

/** A package whose files are in the artifact store is to become a version. */
export interface ImportPackage {
  /** The package's manifest. */
  readonly manifest: ArtifactRef;
  /** Name of the model here. */
  readonly model: string;
  /** Where relative paths of its pipeline are read, should it be retrained here. */
  readonly baseDirectory: string;
  readonly actor: string;
}

export interface ImportedVersion {
  readonly model: string;
  readonly version: number;
  /** Wall clock at which it was registered: long ago where it had been imported before. */
  readonly registeredAt: string;
}
