import type { TimeWindow, VersionRecord, WindowMeasurement } from '../../contracts/index.js';
import { signatureMismatches } from '../../models/inference/index.js';
import { inputNames } from './ask-version.js';
import type { MeasuringDeps } from './deps.js';
import { compareWithPrevious, labelledRows } from './measure-performance.js';
import { servedSample } from './served-sample.js';
import { labelledAtMost } from './window-rows.js';

/** Labelled rows that both are asked; of more, so many at even steps. */
const MOST_ROWS = 10_000;
const DEFAULT_METRIC = { regression: 'mae', classification: 'accuracy' } as const;

/**
 * Another version against the one that served, on the labelled rows that it served in a window.
 *
 * @returns `null` where there are none, or the other cannot be asked them
 */
export async function compareOnWindow(
  deps: Pick<MeasuringDeps, 'artifacts' | 'predictions'>,
  {
    live,
    other,
    window,
    signal,
  }: {
    readonly live: VersionRecord;
    readonly other: VersionRecord;
    readonly window: TimeWindow;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<WindowMeasurement['previous']> {
  const { signature, task } = live.content;
  const opened = await deps.predictions.openWindow(live.model, window, signature.inputs, signal);
  try {
    const served = opened.versions.find(({ version }) => version === live.version);
    if (served === undefined) return null;
    const labelled = labelledAtMost(await labelledRows(served, task), MOST_ROWS);
    if (labelled.rows < 2) return null;
    const asked = await labelled.read(inputNames(live));
    if (signatureMismatches(other.content.signature, asked.columns).length > 0) return null;
    const metric = live.monitor?.performance?.metric ?? DEFAULT_METRIC[task];
    const sample = await servedSample(deps, live, labelled, signal);
    const both = { asked, answers: labelled.answers };
    return await compareWithPrevious(deps, other, both, sample, metric, signal);
  } finally {
    await opened.close();
  }
}
