import * as z from 'zod';
import {
  type ColumnImputation,
  IMPUTE_STRATEGIES,
  type ImputeInputs,
} from '../../contracts/index.js';
import { suggestion } from '../nearest.js';
import { closed, HINT_MARK } from '../schema/closed.js';
import { describe, text } from '../schema/scalars.js';
import { wantsChoice, wantsTarget } from './check-columns.js';
import { column } from './fields.js';
import { fittedFields } from './fitted-fields.js';
import { orExpression, type Written, wordOr } from './open-value.js';

const strategy = z.enum(IMPUTE_STRATEGIES, {
  error: ({ input }) => {
    const near = suggestion(String(input), IMPUTE_STRATEGIES);
    return `unknown strategy: ${describe(input)}${HINT_MARK}${near ?? `there are ${IMPUTE_STRATEGIES.join(', ')} and {constant: …}`}`;
  },
});

const imputation = wordOr<Written<ColumnImputation>>(orExpression(strategy, ['string']), {
  constant: closed({
    constant: orExpression<string | number | boolean>(
      z.union([z.string().min(1), z.number(), z.boolean()]),
      ['string', 'number', 'integer', 'boolean'],
    ),
  }),
  forwardFill: closed({ forwardFill: closed({ by: column }) }),
});

export const imputeSchema = closed(
  {
    ...fittedFields,
    columns: z
      .record(text('a column name').min(1), imputation)
      .optional()
      .describe('Column → mean, median, mode, forwardFill or {constant: …}.'),
    numbers: imputation.optional().describe('Of all columns of numbers not named in columns.'),
    texts: imputation.optional().describe('Of all columns of text not named in columns.'),
  },
  {
    strategy: 'name it for each column: columns: {age: median}',
    method: 'name it for each column: columns: {age: median}',
    value: 'columns: {age: {constant: 0}}',
    by: 'columns: {age: {forwardFill: {by: hour}}}',
  },
)
  .superRefine(wantsChoice)
  .superRefine(wantsTarget) satisfies z.ZodType<Written<ImputeInputs>>;
