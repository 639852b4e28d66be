import {
  type ArtifactRef,
  type ColumnMeasurement,
  MEDIA_TYPE,
  type QualityBreach,
  type TimeWindow,
} from '../../contracts/index.js';
import type { MeasuringDeps } from './deps.js';
import type { InputsSinceDeploy } from './inputs-since-deploy.js';
import type { FeatureResult } from './measure-features.js';

/** The most names in a measurement; all columns are in its details. */
export const MOST_NAMES = 100;

/** Per-column results, too many for a history: what `monitor history` shows in full. */
export interface MeasurementDetails {
  readonly window: TimeWindow;
  readonly breaches: readonly QualityBreach[];
  readonly columns: readonly ColumnMeasurement[];
  readonly columnsSinceDeploy: readonly ColumnMeasurement[];
}

export async function storeDetails(
  deps: Pick<MeasuringDeps, 'artifacts'>,
  window: TimeWindow,
  { breaches, columns }: FeatureResult,
  since: InputsSinceDeploy | null,
): Promise<ArtifactRef> {
  const details: MeasurementDetails = {
    window,
    breaches,
    columns,
    columnsSinceDeploy: since?.columns ?? [],
  };
  return deps.artifacts.putJson(details, MEDIA_TYPE.measurement);
}

export function shortened<T extends { readonly driftedColumns: readonly string[] }>(drift: T): T {
  return { ...drift, driftedColumns: drift.driftedColumns.slice(0, MOST_NAMES) };
}
