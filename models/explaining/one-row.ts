import { MillraceError, type ModelSignature, type RowFields } from '../../contracts/index.js';
import type { Column, Table } from '../../storage/tabular/index.js';
import { checkRows } from '../inference/index.js';

/**
 * A row as somebody wrote it, or as it was logged, as a table of {@link SampledRows}.
 *
 * @throws MillraceError `InvalidInput` naming every field that the model cannot be asked with
 */
export function oneRow(signature: ModelSignature, fields: RowFields, hint: string): Table {
  const check = checkRows(signature, [fields]);
  if (!check.ok) {
    const problems = check.problems.map((problem) => problem.replace(' of row 0', ''));
    throw new MillraceError('InvalidInput', problems.join('; '), hint);
  }
  const [row = {}] = check.rows;
  const columns = signature.inputs.map(({ name, kind }, place): Column => {
    const value = row[name] ?? null;
    return kind === 'string'
      ? { name: `x${place}`, kind, values: [value === null ? null : String(value)] }
      : {
          name: `x${place}`,
          kind: 'number',
          values: Float64Array.of(value === null ? Number.NaN : Number(value)),
        };
  });
  return { rows: 1, columns, metadata: {} };
}
