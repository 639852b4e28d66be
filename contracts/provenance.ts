import type { ArtifactRef } from './artifact.js';

/** Where a pipeline's code stood in its git repository when a run began. */
export interface CodeState {
  /** Full hash of the commit. */
  readonly commit: string;
  /** Something that is tracked differs from the commit, or the pipeline's directory holds more. */
  readonly dirty: boolean;
  /** The pipeline's directory inside the repository, with a slash at its end; '' is the root. */
  readonly path: string;
  /** Address of the remote `origin` without user and password; `null` without one. */
  readonly repository: string | null;
}

/** What a version that came as a package was where it was trained. */
export interface ImportedPackage {
  /** SHA-256 of the package's manifest, in hex. */
  readonly packageHash: string;
  /** The manifest itself: its files are in the artifact store by their digests. */
  readonly manifest: ArtifactRef;
  readonly model: string;
  readonly version: number;
}

/** What is known of where a version comes from besides its manifest; it never changes. */
export interface VersionProvenance {
  /** `null` where the pipeline lies in no git repository, or the run began before this was kept. */
  readonly code: CodeState | null;
  /** A `ModelExample` as JSON; `null` where there was no data to make it from. */
  readonly example: ArtifactRef | null;
  /** Text of the licence that lies beside the pipeline; `null` without one. */
  readonly licence: ArtifactRef | null;
  /** Library name → version: every library of the Python that trained, pinned. */
  readonly requirements: { readonly [library: string]: string };
  /** Absent on a version that was trained here. */
  readonly imported?: ImportedPackage;
}
