import { column, columns } from './fields.js';
import { artifact } from './open-value.js';

/** What `impute`, `encode` and `select` share. */
export const fittedFields = {
  data: artifact('the data of an earlier step').describe(
    'The training data: all that is learned is learned from it.',
  ),
  holdout: artifact('the holdout of an earlier step')
    .optional()
    .describe('Handed on with the same changes; nothing is learned from it.'),
  target: column.optional().describe('What is predicted: it is never changed.'),
  exclude: columns.optional().describe('Columns that are left as they are.'),
};
