import { MillraceError, type PredictionRecord } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import type { RowPredictions } from '../inference/answers.js';
import { checkRows } from '../inference/validate-rows.js';
import { newRequestUuid, predictionId } from '../predictions/prediction-id.js';
import type { PredictionLog } from '../predictions/prediction-log.js';
import type { ServedVersion } from './served-version.js';

/** What a version said about the rows of one request. */
export interface Answer extends RowPredictions {
  readonly model: string;
  readonly version: number;
  /** The request's id; its rows are `<uuid>/<row>`. */
  readonly uuid: string;
  readonly predictionIds: readonly string[];
}

export interface AnswerDeps {
  readonly log: PredictionLog;
  readonly logger: Logger;
}

/**
 * Checks the rows, asks the version, and writes what it said to the prediction log before it
 * returns: an answer that a client has seen is in the log, whatever happens to the process.
 *
 * @param clientId - kept with each row and never used as a key
 * @throws MillraceError `InvalidInput` with each field and row that does not fit the signature,
 * `ServiceUnavailable` when the log cannot be written
 */
export async function answerRows(
  { log, logger }: AnswerDeps,
  served: ServedVersion,
  rows: readonly unknown[],
  clientId?: string,
): Promise<Answer> {
  if (rows.length === 0) {
    throw new MillraceError('InvalidInput', 'the request has no rows', 'send at least one');
  }
  const { model, version, signature, timeColumn } = served;
  const check = checkRows(signature, rows);
  if (!check.ok) throw new MillraceError('InvalidInput', check.problems.join('; '));
  const answered = await served.predict(check.rows);
  requireFinite(served, answered);

  // No await between making the id and appending: segments rely on ids that ascend.
  const uuid = newRequestUuid();
  const at = new Date().toISOString();
  const records = answered.predictions.map((prediction, row): PredictionRecord => {
    const context = check.context[row] ?? {};
    const probabilities = answered.probabilities?.[row];
    const eventTime = timeColumn === null ? undefined : context[timeColumn];
    return {
      id: predictionId(uuid, row),
      model,
      version,
      at,
      eventTime: typeof eventTime === 'string' ? eventTime : at,
      ...(timeColumn !== null && typeof eventTime !== 'string' && { timeAssumed: true as const }),
      inputs: check.rows[row] ?? {},
      context,
      prediction,
      ...(probabilities !== undefined && { probabilities }),
      ...(clientId !== undefined && { clientId }),
    };
  });
  await log.writer(model).append(records);
  if (logger.isLevelEnabled('debug')) {
    logger.debug({ model, version, prediction: uuid, rows: rows.length }, 'answered');
  }
  return { model, version, uuid, predictionIds: records.map(({ id }) => id), ...answered };
}

/** JSON has no NaN: an answer that is not a number must not become null on its way. */
function requireFinite({ model, version }: ServedVersion, { predictions }: RowPredictions): void {
  const row = predictions.findIndex(
    (value) => typeof value === 'number' && !Number.isFinite(value),
  );
  if (row === -1) return;
  throw new MillraceError(
    'Internal',
    `version ${version} of ${model} gave ${predictions[row]} for row ${row}`,
    'check the row for values far from what the model has learned, or roll back',
  );
}
