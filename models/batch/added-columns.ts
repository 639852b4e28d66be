import type { AddedColumn } from '../../storage/tabular/join-parts.js';
import { literal } from '../../storage/tabular/sql-text.js';
import {
  type BatchJob,
  MODEL_VERSION,
  PREDICTION,
  PREDICTION_ID,
  probabilityColumn,
} from './batch-job.js';
import { PART } from './part-collector.js';

/** The columns of the output that the input has not. */
export function addedColumns(
  { signature, version }: Pick<BatchJob, 'signature' | 'version'>,
  requestUuid: string,
): readonly AddedColumn[] {
  const { task, output } = signature;
  const classes = output.classes ?? [];
  const probabilities =
    task === 'classification'
      ? classes.map((label, index) => ({
          name: probabilityColumn(label),
          expression: `parts.${PART.probability(index)}`,
        }))
      : [];
  return [
    { name: PREDICTION, expression: predictionExpression(signature) },
    ...probabilities,
    { name: PREDICTION_ID, expression: `${literal(`${requestUuid}/`)} || parts.row_number` },
    { name: MODEL_VERSION, expression: `CAST(${version} AS BIGINT)` },
  ];
}

/** SQL of what the model said of a row. */
export function predictionExpression({ task, output }: BatchJob['signature']): string {
  return task === 'regression' ? `parts.${PART.value}` : classOf(output.classes ?? []);
}

/** SQL: the class of an index. */
function classOf(classes: readonly (string | number | boolean)[]): string {
  const labels = classes.map((label) =>
    typeof label === 'string' ? literal(label) : String(label),
  );
  return `list_extract([${labels.join(', ')}], CAST(parts.${PART.value} AS BIGINT) + 1)`;
}
