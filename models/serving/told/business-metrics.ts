import * as z from 'zod';
import { METRIC_NAME_PATTERN } from '../../../contracts/index.js';
import type { PredictionLog } from '../../predictions/prediction-log.js';
import { findPredictions, keepKnown, type ToldResult } from './by-prediction-id.js';
import { oneOrManySchema, parseOneOrMany } from './one-or-many.js';

/** Larger numbers are mistakes, and a sum of them might not be a number. */
const LARGEST = 1e100;
const MOST_METRICS = 50;

const VALUE = `must be a finite number, at most ${LARGEST} in size`;
const NAME = 'is no name of a metric: use letters, digits and _, at most 64, no digit first';

const metricsSchema = z
  .record(z.string(), z.number({ error: VALUE }).min(-LARGEST, VALUE).max(LARGEST, VALUE), {
    error: 'must be an object of numbers by name',
  })
  .superRefine((metrics, context) => {
    const names = Object.keys(metrics);
    for (const name of names) {
      if (METRIC_NAME_PATTERN.test(name)) continue;
      context.addIssue({ code: 'custom', message: `${JSON.stringify(name)} ${NAME}` });
    }
    if (names.length >= 1 && names.length <= MOST_METRICS) return;
    context.addIssue({ code: 'custom', message: `must name 1 to ${MOST_METRICS} metrics` });
  });

const entrySchema = z.strictObject({ predictionId: z.string(), metrics: metricsSchema });

export const businessMetricsSchema = oneOrManySchema('metrics', entrySchema);

const HINT =
  'send {"predictionId": "<id>", "metrics": {"revenue": 12.5}}, or {"metrics": [a list of these]}';

/**
 * Takes what predictions were worth to the business, by their id and the metric's name. What has a
 * known id is kept and fsynced, the other ids are named; an entry that does not fit refuses the
 * whole request.
 *
 * @throws MillraceError `InvalidInput` naming the field that does not fit
 */
export async function acceptBusinessMetrics(
  log: PredictionLog,
  body: unknown,
): Promise<ToldResult> {
  const { model, entries } = parseOneOrMany('metrics', entrySchema, body, HINT);
  const found = await findPredictions(log, entries, model);
  return keepKnown(log, found, (writer, records) => writer.appendBusiness(records));
}
