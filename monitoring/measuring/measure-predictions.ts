import type { WindowMeasurement } from '../../contracts/index.js';
import { LOG_COLUMN } from '../../models/predictions/ports.js';
import { measurePredictionDrift } from '../drift/index.js';
import { columnValues, requireColumn } from './table-columns.js';
import type { WindowContext } from './window-part.js';

/** Predictions against the reference's; `null` where the monitor does not watch them. */
export async function measurePredictions({
  reference,
  request,
  rows,
}: WindowContext): Promise<WindowMeasurement['predictionDrift']> {
  const { drift, window } = request.spec;
  if (drift.predictions === null) return null;
  const table = await rows.read([LOG_COLUMN.prediction]);
  const column = requireColumn(table, LOG_COLUMN.prediction, 'the prediction log');
  const { prediction } = reference;
  const values = columnValues(column, prediction.kind);
  return measurePredictionDrift(prediction, values, window.minRows, drift.predictions.distance);
}
