import { classIndexes } from '../../models/inference/metrics/index.js';
import { LOG_COLUMN } from '../../models/predictions/ports.js';
import { requireColumn, rowsWithValue } from './table-columns.js';
import type { Measured, WindowContext } from './window-part.js';

/**
 * Labels that cannot be the model's. The gateway refuses those of a wrong type; what another writer,
 * or a version with other classes, left in the log is counted here.
 */
export async function countUnusableLabels({
  version,
  rows,
  labelled,
}: WindowContext): Promise<Measured> {
  const { task, signature } = version.content;
  if (task === 'classification') {
    const labels = requireColumn(labelled.answers, LOG_COLUMN.label, 'the prediction log');
    const indexes = classIndexes(labels, signature.output.classes ?? []);
    return counted(indexes.filter((index) => index === -1).length);
  }
  const all = await rows.read([LOG_COLUMN.label]);
  const labels = requireColumn(all, LOG_COLUMN.label, 'the prediction log');
  return counted(rowsWithValue(labels).length - labelled.rows);
}

function counted(unusableLabels: number): Measured {
  return unusableLabels === 0 ? {} : { unusableLabels };
}
