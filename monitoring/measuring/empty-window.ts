import type {
  ArtifactRef,
  TimeWindow,
  VolumeMeasurement,
  WindowMeasurement,
} from '../../contracts/index.js';

export interface EmptyWindow {
  readonly model: string;
  readonly version: number;
  readonly window: TimeWindow;
  /** Of the version that served. */
  readonly profile: ArtifactRef;
  /** What was due; absent where nothing says so. */
  readonly volume?: VolumeMeasurement;
}

/** The measurement of a window in which no row came: everything that needs rows is not there. */
export function emptyMeasurement({ volume, ...named }: EmptyWindow): WindowMeasurement {
  return {
    ...named,
    rows: 0,
    labelledRows: 0,
    quality: { breaches: [] },
    featureDrift: null,
    predictionDrift: null,
    performance: null,
    previous: null,
    inputsSinceDeploy: null,
    windowsSinceDeploy: 0,
    ...(volume !== undefined && { volume }),
    details: null,
  };
}
