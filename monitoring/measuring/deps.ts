import type { Logger } from '../../logging/logger.js';
import type { PredictionReader } from '../../models/predictions/ports.js';
import type { RegistryReader } from '../../models/registry/ports.js';
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
  readonly predictions: PredictionReader;
  /** For methods that run in Python. */
  readonly processes: ProcessRunner;
  readonly logger: Logger;
}
