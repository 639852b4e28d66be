import { MillraceError, type SignatureInput } from '../../contracts/index.js';
import { findColumn } from '../../monitoring/measuring/table-columns.js';
import type { History } from './history.js';

/** What to say where the history lacks inputs of a model; `null` where it has all. */
export function missingInputs(
  inputs: readonly SignatureInput[],
  { table, source }: Pick<History, 'table' | 'source'>,
): MillraceError | null {
  const missing = inputs.filter(({ name }) => findColumn(table, name) === undefined);
  if (missing.length === 0) return null;
  return new MillraceError(
    'InvalidInput',
    `${source} lacks ${missing.map(({ name }) => name).join(', ')}, which the model takes`,
    'a backtest asks the model the rows of the history as they are: give it the columns that a request would carry',
  );
}
