import type * as z from 'zod';
import { HINT_MARK } from '../schema/closed.js';

interface ColumnChoices {
  readonly columns?: unknown;
  readonly numbers?: unknown;
  readonly texts?: unknown;
  readonly target?: unknown;
}

/** A step that changes no column is hardly meant. */
export function wantsChoice(
  { columns, numbers, texts }: ColumnChoices,
  context: z.RefinementCtx,
): void {
  const none = typeof columns === 'object' && columns !== null && Object.keys(columns).length === 0;
  if ((columns !== undefined && !none) || numbers !== undefined || texts !== undefined) return;
  context.addIssue({
    code: 'custom',
    path: [],
    message: `no column is named${HINT_MARK}add columns: {temperature: …}, numbers: or texts:`,
  });
}

/** Whoever says "all columns" must say which one is predicted, or it would be changed too. */
export function wantsTarget(
  { numbers, texts, target }: ColumnChoices,
  context: z.RefinementCtx,
): void {
  if (target !== undefined || (numbers === undefined && texts === undefined)) return;
  const key = numbers === undefined ? 'texts' : 'numbers';
  context.addIssue({
    code: 'custom',
    path: [key],
    message: `${key} would change the target too${HINT_MARK}add target: <column>`,
  });
}
