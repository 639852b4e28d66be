import type { ModelSignature } from '../../contracts/index.js';
import type { TablePredictions } from '../../models/inference/index.js';
import type { ColumnKind, ColumnValues } from '../drift/index.js';

/** Predictions and labels of a regression are numbers, of a classification categories. */
export function outputKind(signature: ModelSignature): ColumnKind {
  return signature.task === 'regression' ? 'numeric' : 'categorical';
}

/** A model's answers as a column. */
export function predictionValues(answers: TablePredictions): ColumnValues {
  if (answers.task === 'regression') return { kind: 'numeric', values: answers.values };
  const names = answers.classes.map(String);
  return {
    kind: 'categorical',
    values: Array.from(answers.classIndexes, (index) => names[index] ?? null),
  };
}
