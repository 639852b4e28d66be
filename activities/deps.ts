import type { Client } from '@temporalio/client';
import type { Logger } from '../logging/logger.js';
import type {
  ArmReader,
  LogInspector,
  PredictionReader,
  RowReader,
  ServiceReader,
} from '../models/predictions/ports.js';
import type { RegistryWriter } from '../models/registry/ports.js';
import type { ModelServers } from '../models/sources/index.js';
import type { TrackingTarget } from '../models/tracking/index.js';
import type { Images } from '../processes/containers/images-here.js';
import type { ProcessRunner } from '../processes/ports.js';
import type { ArtifactStore } from '../storage/artifacts/port.js';
import type { HomeLayout } from '../storage/home/layout.js';

/** Everything that activities reach the world through; `worker.ts` builds it. */
export interface ActivityDeps {
  readonly home: HomeLayout;
  readonly registry: RegistryWriter;
  readonly artifacts: ArtifactStore;
  /** Starts the servers of models that have a command; absent where none may be started. */
  readonly servers?: ModelServers;
  readonly predictions: PredictionReader;
  readonly processes: ProcessRunner;
  /** The images of this machine; absent: of none is known what it is. */
  readonly images?: Images;
  readonly python: {
    /** Interpreter of the virtual environment. */
    readonly executable: string;
    /** Directory of millrace's own Python programs. */
    readonly directory: string;
    /** Library name → pinned version: a part of the cache key of what Python computes. */
    readonly environment: { readonly [library: string]: string };
    /** Interpreter with the packages of `python/requirements-tuning.txt`, installed when first asked; absent: none. */
    readonly tuning?: () => Promise<string>;
  };
  readonly temporal: Client;
  /** MLflow server that is told of everything; absent or `null` without one. */
  readonly tracking?: TrackingTarget | null;
  readonly logger: Logger;
}

/** What the activities of a monitor need besides: they ask the log how far it is. */
export interface WatchDeps extends ActivityDeps {
  readonly predictionLog: LogInspector & RowReader & ArmReader;
  readonly service: ServiceReader & Pick<LogInspector, 'arrivals'>;
}
