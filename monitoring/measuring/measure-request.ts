import type { MonitorSpec, TimeWindow } from '../../contracts/index.js';
import type { MeasuringDeps } from './deps.js';

export interface MeasureRequest {
  readonly model: string;
  readonly window: TimeWindow;
  readonly spec: MonitorSpec;
  /** Who serves now, and the event time from which. */
  readonly champion: { readonly version: number; readonly sinceAsOf: string };
  /** Champion before; `null` for a first deploy. */
  readonly previous: { readonly version: number } | null;
  /** Called at least once a column: a place to heartbeat. */
  readonly onProgress?: () => void;
  readonly signal?: AbortSignal;
}

export type MeasureDeps = Pick<
  MeasuringDeps,
  'registry' | 'artifacts' | 'predictions' | 'service' | 'python' | 'logger'
>;
