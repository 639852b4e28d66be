import * as z from 'zod';
import { SELECTION_METHODS, type SelectInputs } from '../../contracts/index.js';
import { suggestion } from '../nearest.js';
import { closed, HINT_MARK } from '../schema/closed.js';
import { describe } from '../schema/scalars.js';
import { choice, column, columns, integer, real } from './fields.js';
import { fittedFields } from './fitted-fields.js';
import { OpenValue, orExpression, type Written } from './open-value.js';

const method = orExpression(
  z.enum(SELECTION_METHODS, {
    error: ({ input }) => {
      const near = suggestion(String(input), SELECTION_METHODS);
      return `unknown method: ${describe(input)}${HINT_MARK}${near ?? `there are ${SELECTION_METHODS.join(', ')}`}`;
    },
  }),
  ['string'],
);

export const selectSchema = closed(
  {
    ...fittedFields,
    target: column.describe('What is predicted: the columns are judged by it.'),
    method: method.describe('How columns are judged; pca makes new ones.'),
    keep: integer(1, 100_000).optional().describe('Columns to keep, or components to make.'),
    atLeast: real(-1e300, 1e300)
      .optional()
      .describe('Instead of keep: the least score. Of pca: the share of variance to explain.'),
    columns: columns
      .optional()
      .describe('Columns to choose from. Default: all numbers and booleans but the target.'),
    maxCorrelation: real(0, 1)
      .optional()
      .describe('Of two that correlate more than this, the one with the lower score goes.'),
    task: choice(['regression', 'classification']).optional().describe('Default: by the target.'),
    seed: integer(0, 4_294_967_295).optional().describe('Default 42.'),
  },
  {
    k: 'it is called keep',
    threshold: 'it is called atLeast',
    features: 'it is called columns',
    estimator: 'method: importance takes a random forest',
    components: 'it is called keep',
  },
).superRefine((inputs, context) => {
  const complain = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message });
  const { keep, atLeast } = inputs;
  const written: unknown = inputs.method;
  if (keep !== undefined && atLeast !== undefined) {
    complain('atLeast', `keep and atLeast exclude each other${HINT_MARK}keep one of them`);
  }
  if (keep === undefined && atLeast === undefined && inputs.maxCorrelation === undefined) {
    complain('method', `how many columns stay is not said${HINT_MARK}add keep: 10 or atLeast: 0.1`);
  }
  if (written === 'recursive' && keep === undefined) {
    complain('method', `recursive needs the number of columns to keep${HINT_MARK}add keep: 10`);
  }
  if (written !== 'pca' || (atLeast as unknown) instanceof OpenValue) return;
  if (atLeast !== undefined && (atLeast <= 0 || atLeast > 1)) {
    complain('atLeast', `of pca, atLeast is a share of the variance in (0, 1]${HINT_MARK}0.95`);
  }
  if (inputs.maxCorrelation !== undefined) {
    complain('maxCorrelation', `principal components do not correlate${HINT_MARK}remove it`);
  }
}) satisfies z.ZodType<Written<SelectInputs>>;
