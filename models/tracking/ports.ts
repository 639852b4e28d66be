import type { Logger } from '../../logging/logger.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import type { MirrorBook } from '../registry/mirror-book.js';
import type { RegistryReader } from '../registry/ports.js';
import type { TrackingTarget } from './target.js';
import type { TrackingClient } from './tracking-client.js';

/** One value that a step told while it worked. */
export interface CurvePoint {
  readonly name: string;
  readonly value: number;
  readonly step: number;
  /** Wall clock, ms since the epoch. */
  readonly atMs: number;
}

/** What the mirror reads, and where it keeps how far it is. */
export interface MirrorDeps {
  readonly registry: RegistryReader & { readonly mirror: MirrorBook };
  readonly artifacts: ArtifactStore;
  readonly logger: Logger;
  /** What a step told while it worked, in the order told; empty where it told nothing. */
  curve(runId: string, stepId: string, attempt: number): Promise<readonly CurvePoint[]>;
}

/** The same for one pass over what waits. */
export interface MirrorPass extends MirrorDeps {
  readonly target: TrackingTarget;
  readonly client: TrackingClient;
  /** Numbers of windows by model, as far as they were looked up. */
  readonly windowNumbers: Map<string, Map<string, number>>;
}
