import type { PredictionRecord } from '../../contracts/index.js';
import type { RowPredictions } from '../inference/answers.js';
import type { ContextRow, InputRow } from '../inference/input-row.js';
import { predictionId } from '../predictions/prediction-id.js';

/** What of a request is the same for all its rows. */
export interface RequestFacts {
  readonly uuid: string;
  readonly model: string;
  readonly version: number;
  /** Wall clock, RFC 3339. */
  readonly at: string;
  /** Context column that carries the event time; `null`: there is none. */
  readonly timeColumn: string | null;
  readonly clientId: string | undefined;
  readonly fallbackFor: number | null;
  readonly route: number | null;
}

export interface AnsweredRows {
  /** As they came: without what a repair filled in. */
  readonly rows: readonly InputRow[];
  readonly context: readonly ContextRow[];
  /** Inputs that were filled in, a list a row; empty where none may be. */
  readonly imputed: readonly (readonly string[])[];
  /** Inputs that were looked up, a list a row; empty where nothing was. */
  readonly lookedUp: readonly (readonly string[])[];
  /** Inputs that are unlike the reference's, a list a row; `null` where nobody looks. */
  readonly outliers: readonly (readonly string[])[] | null;
  readonly answers: RowPredictions;
}

/** What the prediction log keeps of a request: a record a row. */
export function predictionRecords(
  facts: RequestFacts,
  { rows, context, imputed, lookedUp, outliers, answers }: AnsweredRows,
): readonly PredictionRecord[] {
  const { uuid, model, version, at, timeColumn, clientId, fallbackFor, route } = facts;
  return answers.predictions.map((prediction, row): PredictionRecord => {
    const beside = context[row] ?? {};
    const eventTime = timeColumn === null ? at : beside[timeColumn];
    const isGiven = typeof eventTime === 'string';
    // Assigned one by one: this is done for every row that is answered.
    const record: { -readonly [K in keyof PredictionRecord]: PredictionRecord[K] } = {
      id: predictionId(uuid, row),
      model,
      version,
      at,
      eventTime: isGiven ? eventTime : at,
      inputs: rows[row] ?? {},
      context: beside,
      prediction,
    };
    const probabilities = answers.probabilities?.[row];
    const confidence = answers.confidence?.[row];
    const filled = imputed[row];
    if (!isGiven) record.timeAssumed = true;
    if (probabilities !== undefined) record.probabilities = probabilities;
    if (confidence !== undefined) record.confidence = confidence;
    if (answers.cached?.[row] === true) record.cached = true;
    if (clientId !== undefined) record.clientId = clientId;
    if (filled !== undefined && filled.length > 0) record.imputed = filled;
    const found = lookedUp[row];
    if (found !== undefined && found.length > 0) record.lookedUp = found;
    const unlike = outliers?.[row];
    if (unlike !== undefined && unlike.length > 0) record.outliers = unlike;
    if (fallbackFor !== null) record.fallbackFor = fallbackFor;
    if (route !== null) record.route = route;
    return record;
  });
}
