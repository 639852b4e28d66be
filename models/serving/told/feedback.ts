import * as z from 'zod';
import { SCORE_RANGE } from '../../../contracts/index.js';
import type { PredictionLog } from '../../predictions/prediction-log.js';
import { findPredictions, keepKnown, type ToldResult } from './by-prediction-id.js';
import { oneOrManySchema, parseOneOrMany } from './one-or-many.js';

const THUMBS = 'must be "up" or "down"';
const SCORE = `must be a number from ${SCORE_RANGE.min} to ${SCORE_RANGE.max}`;
const TAG = 'must be text of 1 to 64 characters on one line';

const entrySchema = z
  .strictObject({
    predictionId: z.string(),
    thumbs: z.enum(['up', 'down'], { error: THUMBS }).exactOptional(),
    score: z
      .number({ error: SCORE })
      .min(SCORE_RANGE.min, SCORE)
      .max(SCORE_RANGE.max, SCORE)
      .exactOptional(),
    tag: z
      .string({ error: TAG })
      .trim()
      .regex(/^[^\p{Cc}]{1,64}$/u, TAG)
      .exactOptional(),
  })
  .refine(({ thumbs, score, tag }) => (thumbs ?? score ?? tag) !== undefined, {
    error: 'says nothing: give at least one of thumbs, score and tag',
  });

export const feedbackSchema = oneOrManySchema('feedback', entrySchema);

const HINT =
  'send {"predictionId": "<id>", "thumbs": "up", "score": 8, "tag": "text"}, or {"feedback": [a list of these]}';

/**
 * Takes what users said of predictions, by their id. What has a known id is kept and fsynced, the
 * other ids are named; an entry that does not fit refuses the whole request.
 *
 * @throws MillraceError `InvalidInput` naming the field that does not fit
 */
export async function acceptFeedback(log: PredictionLog, body: unknown): Promise<ToldResult> {
  const { model, entries } = parseOneOrMany('feedback', entrySchema, body, HINT);
  const found = await findPredictions(log, entries, model);
  return keepKnown(log, found, (writer, records) => writer.appendFeedback(records));
}
