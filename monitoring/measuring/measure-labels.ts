import { LOG_COLUMN } from '../../models/predictions/ports.js';
import { measureLabelDrift } from '../drift/index.js';
import { columnValues, requireColumn } from './table-columns.js';
import type { Measured, WindowContext } from './window-part.js';

/** Labels of a window against the reference's. */
export async function measureLabels({
  profile,
  reference,
  request,
  labelled,
}: WindowContext): Promise<Measured> {
  const { drift, window } = request.spec;
  if (drift.labels === undefined) return {};
  const { target } = reference;
  const { answers } = profile.content;
  const valuesOf = (name: string) =>
    columnValues(requireColumn(labelled.answers, name, 'the log'), target.kind);
  const columns = {
    labels: valuesOf(LOG_COLUMN.label),
    predictions: valuesOf(LOG_COLUMN.prediction),
  };
  const { distance } = drift.labels;
  return { labelDrift: measureLabelDrift(target, answers, columns, window.minRows, distance) };
}
