import { MillraceError } from '../../contracts/index.js';
import type { LoggedRow, RowReader } from '../predictions/ports.js';
import { parsePredictionId, predictionId } from '../predictions/prediction-id.js';

/** Every event time that a row may carry. */
const ALL_TIME = { start: '0001-01-01T00:00:00Z', end: '9999-12-31T23:59:59Z' };

/**
 * The row of a prediction as it was logged, with the version that answered it.
 *
 * @param id - as the gateway gave it; without a row it is row 0
 * @throws MillraceError `InvalidInput` for what is no id, `NotFound` where the log does not have it
 */
export async function findPrediction(
  log: RowReader,
  model: string,
  id: string,
): Promise<LoggedRow> {
  const parts = parsePredictionId(id);
  if (parts === null) {
    throw new MillraceError(
      'InvalidInput',
      `${id} is no prediction id`,
      'an answer carries it: the header x-millrace-prediction-id, or prediction_ids of its rows',
    );
  }
  const wanted = predictionId(parts.uuid, parts.row);
  const [found] = await log.rows(model, ALL_TIME, { order: 'sampled', limit: 1, ids: [wanted] });
  if (found !== undefined) return found;
  throw new MillraceError(
    'NotFound',
    `the prediction log of ${model} has no prediction ${wanted}`,
    'the log may have been sampled, its retention may be over, or another model answered it',
  );
}
