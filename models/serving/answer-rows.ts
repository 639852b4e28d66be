import { MillraceError } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import type { RowPredictions } from '../inference/answers.js';
import { checkRows } from '../inference/validate-rows.js';
import { newRequestUuid } from '../predictions/prediction-id.js';
import type { PredictionLog } from '../predictions/prediction-log.js';
import { wallClock } from '../predictions/wall-clock.js';
import type { Answering, Champions } from './champions.js';
import { requireFinite } from './finite-answers.js';
import type { AnswerWatch } from './observing/answer-watch.js';
import { predictionRecords } from './prediction-records.js';
import type { ShadowCopies } from './routing/shadow-copies.js';

/** What a version said about the rows of one request. */
export interface Answer extends RowPredictions {
  readonly model: string;
  readonly version: number;
  /** The request's id; its rows are `<uuid>/<row>`. */
  readonly uuid: string;
  readonly predictionIds: readonly string[];
  /** The champion that it stands in for; `null` where it is the champion itself, or asked by number. */
  readonly fallbackFor: number | null;
  /** False where it is a test, or not in the sample that is logged: nothing can be told of it later. */
  readonly logged: boolean;
  /** Inputs that were filled in, in at least one row. */
  readonly imputed: readonly string[];
  /** Inputs whose category the reference never had, in at least one row: given as missing. */
  readonly unknownCategories: readonly string[];
  /** Inputs that are unlike the reference's, a list a row; `null` where nobody looks. */
  readonly outliers: readonly (readonly string[])[] | null;
}

export interface AnswerDeps {
  readonly log: PredictionLog;
  readonly champions: Pick<Champions, 'imputation' | 'acquireShadows'>;
  readonly shadows: ShadowCopies;
  readonly logger: Logger;
}

/**
 * Checks the rows, asks the version, and writes what it said to the prediction log before it
 * returns: an answer that a client has seen is in the log, whatever happens to the process. What a
 * repair fills in, or an unknown category becomes, goes to the version alone: the log keeps the row
 * as it came.
 *
 * @param clientId - kept with each row and never used as a key
 * @param watch - told how far the answer is
 * @throws MillraceError `InvalidInput` with each field and row that does not fit the signature,
 * `ServiceUnavailable` when the log cannot be written
 */
export async function answerRows(
  { log, logger, champions, shadows }: AnswerDeps,
  { served, fallbackFor, route }: Answering,
  rows: readonly unknown[],
  clientId?: string,
  watch: AnswerWatch | null = null,
): Promise<Answer> {
  if (rows.length === 0) {
    throw new MillraceError('InvalidInput', 'the request has no rows', 'send at least one');
  }
  const { model, version, signature, timeColumn } = served;
  const imputation = champions.imputation(model);
  const asked = imputation.signatureOf(signature);
  const { lookup } = served;
  // Most models look nothing up: they are not made to wait a turn for it.
  const completed = lookup === null ? { rows, lookedUp: [] } : await lookup.complete(asked, rows);
  const check = checkRows(asked, completed.rows);
  if (!check.ok) throw new MillraceError('InvalidInput', check.problems.join('; '));
  const treated = served.treatCategories(check.rows);
  const filled = imputation.fill(signature, treated.rows);
  watch?.reached('validate');
  const answered = await served.answer(filled.rows, route !== null);
  requireFinite(served, answered, filled.rows);
  watch?.reached('infer');

  // No await between making the id and appending: segments rely on ids that ascend.
  const uuid = newRequestUuid();
  const at = wallClock();
  const facts = { uuid, model, version, at, timeColumn, clientId, fallbackFor, route };
  const { rows: asTheyCame, context } = check;
  const outliers = served.outliersOf(asTheyCame);
  const records = predictionRecords(facts, {
    rows: asTheyCame,
    context,
    imputed: filled.imputed,
    lookedUp: completed.lookedUp,
    outliers,
    answers: answered,
  });
  const isTest = watch?.isTest === true;
  const logged = !isTest && served.policy.keeps(uuid);
  if (logged) {
    await log.writer(model).append(served.policy.maskedAll(records));
  }
  watch?.reached('log');
  if (logger.isLevelEnabled('debug')) {
    logger.debug({ model, version, prediction: uuid, rows: rows.length }, 'answered');
  }
  const predictionIds = records.map(({ id }) => id);
  if (route !== null && !isTest) {
    shadows.copy({ model, route, rows, predictionIds }, champions.acquireShadows(model));
  }
  const filledIn = filled.imputed.length === 0 ? NONE : filled.imputed.flat();
  const imputed = distinct(filledIn);
  const outlierRows = outliers?.filter(({ length }) => length > 0).length ?? 0;
  const unknownCategories = distinct(treated.unknown);
  watch?.answered(rows.length, filledIn.length, outlierRows, treated.unknown.length);
  return {
    model,
    version,
    uuid,
    predictionIds,
    logged,
    fallbackFor,
    imputed,
    unknownCategories,
    outliers,
    ...answered,
  };
}

const NONE: readonly string[] = [];

/** Most requests have none. */
function distinct(names: readonly string[]): readonly string[] {
  return names.length === 0 ? names : [...new Set(names)];
}
