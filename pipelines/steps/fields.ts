import * as z from 'zod';
import { parseEventTimeMs } from '../../contracts/index.js';
import { HINT_MARK } from '../schema/closed.js';
import { text } from '../schema/scalars.js';
import { orExpression } from './open-value.js';

/** Fields that several kinds of steps share. Each may be written out or be an expression. */

export const column = orExpression(text('a column name').min(1), ['string']);

export const columns = orExpression(
  z
    .array(orExpression(text('a column name').min(1), ['string']))
    .min(1)
    .refine((names) => new Set(names.map(String)).size === names.length, {
      error: 'a column is named twice',
    }),
  [],
);

export const eventTime = orExpression(
  text('a date or time').refine((value) => parseEventTimeMs(value) !== null, {
    error: `not a date or time${HINT_MARK}2011-07-01 or 2011-07-01T05:00:00Z`,
  }),
  ['string', 'timestamp'],
);

export function integer(min: number, max: number): z.ZodType<number> {
  return orExpression(z.number().int().min(min).max(max), ['integer']);
}

export function real(min: number, max: number): z.ZodType<number> {
  return orExpression(z.number().min(min).max(max), ['number', 'integer']);
}

export const flag = orExpression(z.boolean(), ['boolean']);

export function choice<const Values extends readonly [string, ...string[]]>(
  values: Values,
): z.ZodType<Values[number]> {
  return orExpression(z.enum(values), ['string']);
}
