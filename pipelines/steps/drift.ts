import type * as z from 'zod';
import type { DriftInputs } from '../../contracts/index.js';
import { closed } from '../schema/closed.js';
import { text } from '../schema/scalars.js';
import { choice, columns, real } from './fields.js';
import { artifact, orExpression, type Written } from './open-value.js';

/** Inside (0, 1) as YAML can tell: α of 0 or 1 decides nothing. */
const LEAST_ALPHA = 1e-12;

export const driftSchema = closed(
  {
    reference: orExpression(text('a path').min(1), ['artifact', 'string']).describe(
      'Table of an earlier step, or path of a data file or a stored profile, relative to the pipeline file.',
    ),
    current: artifact('the data of an earlier step').describe('Table to compare with it.'),
    columns: columns.optional().describe('Columns to compare. Default: all that both have.'),
    test: orExpression(text('the name of a test').min(1), ['string'])
      .optional()
      .describe('Test or distance. Default: chosen by kind and size of each column.'),
    alpha: real(LEAST_ALPHA, 1 - LEAST_ALPHA)
      .optional()
      .describe('Level of the corrected p-values, in (0, 1). Default 0.05.'),
    correction: choice(['bh', 'bonferroni', 'none'])
      .optional()
      .describe('How p-values are corrected for the number of columns. Default bh.'),
    share: real(0, 1 - LEAST_ALPHA)
      .optional()
      .describe('More drifted columns than this share are a drift of the data. Default 0.'),
    minEffect: real(0, Number.MAX_VALUE)
      .optional()
      .describe('Smallest effect that matters. Default: of each measure; 0 turns it off.'),
    failOn: choice(['drift'])
      .optional()
      .describe('drift fails the step when the data has drifted.'),
  },
  {
    threshold: 'alpha is the threshold of p-values, minEffect that of effects',
    method: 'it is called test',
    baseline: 'it is called reference',
    target: 'columns: [name] compares that column alone',
    html: 'millrace drift REFERENCE CURRENT --html FILE writes a page',
    effect: 'it is called minEffect',
  },
) satisfies z.ZodType<Written<DriftInputs>>;
