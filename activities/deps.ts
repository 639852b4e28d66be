import type { Client } from '@temporalio/client';
import type { Logger } from '../logging/logger.js';
import type { PredictionReader } from '../models/predictions/ports.js';
import type { RegistryWriter } from '../models/registry/ports.js';
import type { ArtifactStore } from '../storage/artifacts/port.js';
import type { HomeLayout } from '../storage/home/layout.js';
import type { ProcessRunner } from './process/ports.js';

/** Everything that activities reach the world through; `worker.ts` builds it. */
export interface ActivityDeps {
  readonly home: HomeLayout;
  readonly registry: RegistryWriter;
  readonly artifacts: ArtifactStore;
  readonly predictions: PredictionReader;
  readonly processes: ProcessRunner;
  /** Python of the virtual environment, and the directory of millrace's own Python programs. */
  readonly python: { readonly executable: string; readonly directory: string };
  readonly temporal: Client;
  readonly logger: Logger;
}
