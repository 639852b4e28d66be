import * as z from 'zod';
import { EXPECTATION_TYPES, type ValidateInputs } from '../../contracts/index.js';
import { closed, HINT_MARK } from '../schema/closed.js';
import { choice, column, eventTime, flag, integer, real } from './fields.js';
import { artifact, orExpression, type Written } from './open-value.js';

const MAX_ROWS = Number.MAX_SAFE_INTEGER;

const mostly = real(0, 1)
  .optional()
  .describe('Share of the values that must pass, from 0 to 1. Default 1.');
const bound = orExpression(
  z.union([z.number(), z.string()], { error: 'expected a number or a date' }),
  ['number', 'integer', 'string', 'timestamp'],
);
const strictBounds = {
  strict_min: flag.optional().describe('The minimum itself is not allowed.'),
  strict_max: flag.optional().describe('The maximum itself is not allowed.'),
};

function ordered<T extends { min_value?: unknown; max_value?: unknown }>(schema: z.ZodType<T>) {
  return schema.superRefine((range, context) => {
    const { min_value: min, max_value: max } = range;
    if (min === undefined && max === undefined) {
      context.addIssue({
        code: 'custom',
        message: `no bound is given${HINT_MARK}add min_value, max_value or both`,
      });
    }
    if (typeof min === 'number' && typeof max === 'number' && min > max) {
      context.addIssue({
        code: 'custom',
        path: ['min_value'],
        message: `min_value ${min} is greater than max_value ${max}`,
        params: { code: 'out-of-range' },
      });
    }
  });
}

const expectation = closed({
  expect_table_row_count_to_be_between: ordered(
    closed({
      min_value: integer(0, MAX_ROWS).optional(),
      max_value: integer(0, MAX_ROWS).optional(),
      ...strictBounds,
    }),
  ).optional(),
  expect_column_to_exist: closed({ column }).optional(),
  expect_column_values_to_not_be_null: closed({ column, mostly }).optional(),
  expect_column_values_to_be_unique: closed({ column, mostly }).optional(),
  expect_column_values_to_be_in_set: closed({
    column,
    value_set: orExpression(z.array(z.union([z.string(), z.number(), z.boolean()])).min(1), []),
    mostly,
  }).optional(),
  expect_column_values_to_be_between: ordered(
    closed({
      column,
      min_value: bound.optional(),
      max_value: bound.optional(),
      ...strictBounds,
      mostly,
    }),
  ).optional(),
  severity: choice(['critical', 'warning'])
    .optional()
    .describe('critical fails the step, warning is only reported. Default critical.'),
}).superRefine((entry, context) => {
  const types = EXPECTATION_TYPES.filter((type) => entry[type] !== undefined);
  if (types.length !== 1) {
    context.addIssue({
      code: 'custom',
      message:
        types.length === 0
          ? `no expectation is given${HINT_MARK}one of ${EXPECTATION_TYPES.join(', ')}`
          : `${types.length} expectations in one item${HINT_MARK}give each an item of its own`,
    });
  }
});

export const validateSchema = closed(
  {
    data: artifact('the data of an earlier step').describe('Table to check.'),
    expect: z.array(expectation).describe('Expectations, named as in Great Expectations.'),
    holdout: closed({
      share: real(0, 0.9).optional().describe('Latest share of the rows. Default 0.2.'),
      from: eventTime.optional().describe('Rows from this event time on.'),
    })
      .superRefine((holdout, context) => {
        if (holdout.share !== undefined && holdout.from !== undefined) {
          context.addIssue({
            code: 'custom',
            path: ['from'],
            message: `share and from exclude each other${HINT_MARK}keep one of them`,
          });
        }
      })
      .optional()
      .describe('Rows that are kept back for evaluate.'),
    time: column.optional().describe('Column that carries event time.'),
  },
  {
    suite: 'write the expectations out: expect: [{…}]',
    split: 'it is called holdout',
    reference: 'a drift step compares with a reference',
  },
) satisfies z.ZodType<Written<ValidateInputs>>;
