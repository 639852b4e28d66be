import type { MonitorSpec, WindowMeasurement } from '../../contracts/index.js';
import { LOG_COLUMN } from '../../models/predictions/ports.js';
import type { Table } from '../../storage/tabular/table.js';
import { measureLabelDrift, type ReferenceProfile } from '../drift/index.js';
import { columnValues, requireColumn } from './table-columns.js';

/**
 * Labels of a window against the reference's.
 *
 * @param labelled - rows of one version with a usable label
 * @returns `null` where the monitor does not watch them
 */
export function measureLabels(
  profile: ReferenceProfile,
  labelled: Table,
  spec: MonitorSpec,
): NonNullable<WindowMeasurement['labelDrift']> | null {
  const { labels } = spec.drift;
  if (labels === undefined) return null;
  const { kind } = profile.target;
  const columns = {
    labels: columnValues(requireColumn(labelled, LOG_COLUMN.label, 'the log'), kind),
    predictions: columnValues(requireColumn(labelled, LOG_COLUMN.prediction, 'the log'), kind),
  };
  const { minRows } = spec.window;
  return measureLabelDrift(profile.target, profile.answers, columns, minRows, labels.distance);
}
