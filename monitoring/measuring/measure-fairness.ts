import type { FairnessMeasurement, FairnessSpec, ModelSignature } from '../../contracts/index.js';
import { classIndexes } from '../../models/inference/metrics/index.js';
import { LOG_COLUMN } from '../../models/predictions/ports.js';
import type { Column } from '../../storage/tabular/table.js';
import { countCategories, fairness } from '../drift/index.js';
import { columnValues, findColumn, hasValue, requireColumn } from './table-columns.js';
import type { Measured, WindowContext } from './window-part.js';

/** Largest difference of rates where the monitor says none. */
const DEFAULT_DIFFERENCE = 0.1;

/** Groups that are compared, the most frequent ones: a column that names each row makes no groups. */
export const MOST_GROUPS = 50;

/** Answers with the group of each row, and what came of it as far as that is known. */
export interface GroupedAnswers {
  readonly predictions: Column;
  /** Missing where no label has come. */
  readonly labels: Column;
  /** `undefined` where the rows have no such column. */
  readonly groups: Column | undefined;
}

/** Whether groups are treated alike, by each criterion of the monitor. */
export async function measureFairness({
  request,
  version,
  rows,
  pause,
}: WindowContext): Promise<Measured> {
  const { fairness: specs = [] } = request.spec;
  const { signature } = version.content;
  if (specs.length === 0 || signature.task !== 'classification') return {};
  const measured: FairnessMeasurement[] = [];
  for (const spec of specs) {
    await pause();
    const table = await rows.read([LOG_COLUMN.prediction, LOG_COLUMN.label, spec.column]);
    const answers = {
      predictions: requireColumn(table, LOG_COLUMN.prediction, 'the prediction log'),
      labels: requireColumn(table, LOG_COLUMN.label, 'the prediction log'),
      groups: findColumn(table, spec.column),
    };
    measured.push(fairnessOf(spec, signature, answers));
  }
  return { fairness: measured };
}

/**
 * One criterion on the answers of a classification. Demographic parity asks for no label; of the
 * others only labelled rows count.
 *
 * @returns `insufficient` where fewer than two groups have 30 rows that count
 */
export function fairnessOf(
  spec: FairnessSpec,
  signature: ModelSignature,
  { predictions, labels, groups }: GroupedAnswers,
): FairnessMeasurement {
  const { column, criterion, maxDifference = DEFAULT_DIFFERENCE, minRatio } = spec;
  const classes = signature.output.classes ?? [];
  const positive = favourableClass(spec, signature);
  if (groups === undefined || positive === -1) {
    const nothing = { difference: null, ratio: null, lowest: null, highest: null, pValue: null };
    return { column, criterion, verdict: 'insufficient', ...nothing, breach: null };
  }
  const report = fairness(
    {
      decisions: classIndexes(predictions, classes).map((index) => Number(index === positive)),
      labels: Float64Array.from(classIndexes(labels, classes), (index, row) =>
        hasValue(labels, row) ? Number(index === positive) : Number.NaN,
      ),
      groups: frequentGroups(groups),
    },
    { tolerance: maxDifference, ...(minRatio !== undefined && { minRatio }) },
  );
  const found = report[criterion];
  const breach = found.verdict === 'unfair' ? breachOf(found, maxDifference, minRatio) : null;
  return { column, criterion, ...found, breach };
}

/** Index of the favourable class: the second where the monitor names none, −1 for one unknown. */
export function favourableClass({ positive }: FairnessSpec, { output }: ModelSignature): number {
  const { classes = [] } = output;
  if (positive === undefined) return classes.length < 2 ? -1 : 1;
  return classes.findIndex((name) => String(name) === String(positive));
}

function frequentGroups(column: Column): readonly (string | null)[] {
  const values = columnValues(column, 'categorical');
  if (values.kind !== 'categorical') return [];
  const counts = countCategories(values.values);
  if (counts.size <= MOST_GROUPS) return values.values;
  const kept = new Set(
    [...counts]
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, MOST_GROUPS)
      .map(([group]) => group),
  );
  return values.values.map((group) => (group !== null && kept.has(group) ? group : null));
}

function breachOf(
  { difference, ratio }: Pick<FairnessMeasurement, 'difference' | 'ratio'>,
  maxDifference: number,
  minRatio: number | undefined,
): string {
  const breaches = [
    ...(difference !== null && difference > maxDifference
      ? [`rates differ by ${figure(difference)}, more than ${figure(maxDifference)}`]
      : []),
    ...(ratio !== null && minRatio !== undefined && ratio < minRatio
      ? [`their ratio is ${figure(ratio)}, less than ${figure(minRatio)}`]
      : []),
  ];
  return breaches.join('; ');
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
