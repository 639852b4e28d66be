import type * as z from 'zod';
import {
  ALIAS_PATTERN,
  BAD_ROW_ACTIONS,
  NAME_PATTERN,
  type PredictInputs,
} from '../../contracts/index.js';
import { closed, HINT_MARK } from '../schema/closed.js';
import { text } from '../schema/scalars.js';
import { choice, columns, flag, integer } from './fields.js';
import { artifact, orExpression, type Written } from './open-value.js';

export const predictSchema = closed(
  {
    data: artifact('the data of an earlier step').describe('Table to predict for.'),
    model: orExpression(
      text('the name of a model').regex(NAME_PATTERN, {
        error: `not the name of a model${HINT_MARK}small letters, digits and hyphens`,
      }),
      ['string'],
    ).describe('Registered model that is asked.'),
    version: integer(1, 999_999_999)
      .optional()
      .describe('Its version. Default: the champion when the step begins, also over retries.'),
    alias: orExpression(
      text('an alias').regex(ALIAS_PATTERN, {
        error: `not an alias${HINT_MARK}such as challenger`,
      }),
      ['string'],
    )
      .optional()
      .describe('Instead of version: what it points to when the step begins, also over retries.'),
    log: flag
      .optional()
      .describe('Keep the predictions in the prediction log too, for monitors. Default false.'),
    columns: columns.optional().describe('Columns of the table to keep. Default: all.'),
    onBadRow: choice(BAD_ROW_ACTIONS)
      .optional()
      .describe('What becomes of rows that the model cannot take. Default fail.'),
    output: orExpression(
      text('a path').regex(/\.(parquet|pq)$/i, {
        error: `not the path of a Parquet file${HINT_MARK}out/predictions.parquet`,
      }),
      ['string'],
    )
      .optional()
      .describe('Parquet file to write besides, relative to the pipeline file.'),
  },
  {
    input: 'it is called data',
    source: 'it is called data',
    target: 'it is called output',
    format: 'the output is Parquet',
  },
).superRefine(({ version, alias }, context) => {
  if (version === undefined || alias === undefined) return;
  const message = `version and alias exclude each other${HINT_MARK}keep one of them`;
  context.addIssue({ code: 'custom', path: ['alias'], message });
}) satisfies z.ZodType<Written<PredictInputs>>;
