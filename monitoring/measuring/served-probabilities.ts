import type { VersionRecord } from '../../contracts/index.js';
import { probabilityColumn } from '../../models/predictions/ports.js';
import { askVersion, inputNames } from './ask-version.js';
import type { MeasuringDeps } from './deps.js';
import { findColumn } from './table-columns.js';
import type { WindowRows } from './window-rows.js';

/**
 * Probabilities of a classification, row by row: those that were logged, else what the version says
 * when it is asked the rows again.
 */
export async function servedProbabilities(
  deps: Pick<MeasuringDeps, 'artifacts'>,
  version: VersionRecord,
  rows: WindowRows,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const width = version.content.signature.output.classes?.length ?? 0;
  const logged = await loggedProbabilities(rows, width);
  if (logged !== null) return logged;
  const table = await rows.read(inputNames(version));
  const answers = await askVersion(deps, version, table, signal);
  return answers.task === 'classification' ? answers.probabilities : new Float64Array();
}

/** `null` where they are not in the log, or not of every row. */
async function loggedProbabilities(rows: WindowRows, width: number): Promise<Float64Array | null> {
  const probabilities = new Float64Array(rows.rows * width);
  for (let index = 0; index < width; index += 1) {
    const name = probabilityColumn(index);
    const column = findColumn(await rows.read([name]), name);
    if (column === undefined || column.kind === 'string') return null;
    for (let row = 0; row < rows.rows; row += 1) {
      const value = column.values[row] ?? Number.NaN;
      if (Number.isNaN(value)) return null;
      probabilities[row * width + index] = value;
    }
  }
  return probabilities;
}
