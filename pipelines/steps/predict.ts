import type * as z from 'zod';
import { BAD_ROW_ACTIONS, NAME_PATTERN, type PredictInputs } from '../../contracts/index.js';
import { closed, HINT_MARK } from '../schema/closed.js';
import { text } from '../schema/scalars.js';
import { choice, columns, integer } from './fields.js';
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
  ['input', 'alias', 'source', 'target', 'format', 'log'],
) satisfies z.ZodType<Written<PredictInputs>>;
