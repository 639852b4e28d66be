import type { Logger } from '../../logging/logger.js';
import type {
  LogInspector,
  PredictionReader,
  ServiceReader,
} from '../../models/predictions/ports.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import type { ModelServers } from '../../models/sources/index.js';
import type { ProcessRunner } from '../../processes/ports.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';

/** What measuring reads from: the real stores of a worker, or the simulated ones of a backtest. */
export interface MeasuringDeps {
  readonly registry: Pick<
    RegistryReader,
    | 'version'
    | 'versions'
    | 'measurements'
    | 'measurementBefore'
    | 'windowMeasurements'
    | 'champion'
  >;
  readonly artifacts: ArtifactStore;
  /** Starts the servers of models that have a command; absent where none may be started. */
  readonly servers?: ModelServers;
  readonly predictions: PredictionReader;
  /** How the gateways did while rows arrived; absent where none served them, as in a backtest. */
  readonly service?: ServiceReader & Pick<LogInspector, 'arrivals'>;
  /** For methods that run in Python: its interpreter, and the directory of millrace's programs. */
  readonly python?: { readonly executable: string; readonly directory: string };
  readonly processes: ProcessRunner;
  readonly logger: Logger;
}
