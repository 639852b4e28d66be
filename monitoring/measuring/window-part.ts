import type { ArtifactRef, VersionRecord, WindowMeasurement } from '../../contracts/index.js';
import type { ReferenceProfile } from '../drift/index.js';
import type { MeasureDeps, MeasureRequest } from './measure-request.js';
import type { WindowReference } from './reference/window-reference.js';
import type { Pause } from './table-columns.js';
import type { LabelledRows, WindowRows } from './window-rows.js';

/** One version's rows of a window, and what they are measured by. */
export interface WindowContext {
  readonly deps: MeasureDeps;
  readonly request: MeasureRequest;
  readonly version: VersionRecord;
  /** The version serves now; others answered rows of this window before or after it did. */
  readonly isChampion: boolean;
  /** The version's own, from its registration. */
  readonly profile: { readonly ref: ArtifactRef; readonly content: ReferenceProfile };
  /** What the window's columns and answers are compared with; quality is the profile's affair. */
  readonly reference: WindowReference;
  readonly rows: WindowRows;
  /** Of every version that served in the window. */
  readonly rowsOfAllVersions: number;
  readonly labelled: LabelledRows;
  /** 1 for the window that the deploy falls into or begins. */
  readonly windowsSinceDeploy: number;
  /** Champion before; `null` past the post-deploy windows, and for a version that is not champion. */
  readonly previous: { readonly version: number } | null;
  /** To be called between columns: work goes on. */
  readonly pause: Pause;
}

/** What a part may add: a key is absent where the monitor does not watch it. */
export type Measured = Partial<Omit<WindowMeasurement, 'details'>>;

/**
 * One thing that is measured of a window.
 *
 * @param soFar - what the parts before it in the list have measured
 */
export type WindowPart = (
  context: WindowContext,
  soFar: Omit<WindowMeasurement, 'details'>,
) => Promise<Measured>;
