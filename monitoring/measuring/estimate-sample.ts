import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ArtifactRef,
  MEDIA_TYPE,
  type ModelSignature,
  type SignatureInput,
} from '../../contracts/index.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import { readTable, writeParquet } from '../../storage/tabular/index.js';
import type { Column, Table } from '../../storage/tabular/table.js';
import type { ColumnKind, ColumnValues } from '../drift/index.js';
import type { LabelledSample } from './labelled-sample.js';
import { columnValues, findColumn } from './table-columns.js';

/** Labelled rows of the hold-out with the model's answers to them: what an estimate learns from. */
export interface EstimateSample {
  readonly inputs: readonly ColumnValues[];
  readonly sample: LabelledSample;
  /** Of a regression, out of fold. */
  readonly expectedLosses?: Float64Array;
}

/** Names of the columns; inputs are `x0`, `x1` …, probabilities `p0`, `p1` … in the signature's order. */
const SAID = 'said';
const LABEL = 'label';
const EXPECTED = 'expected';

/** Inputs in the signature's order, as statistics take them; one that is not there is missing. */
export function inputValues(
  { inputs }: ModelSignature,
  table: Table,
  nameOf: (input: SignatureInput, at: number) => string = ({ name }) => name,
): readonly ColumnValues[] {
  return inputs.map((input, at) => {
    const kind = input.kind === 'string' ? 'categorical' : 'numeric';
    return valuesOr(table, nameOf(input, at), kind);
  });
}

function valuesOr(table: Table, name: string, kind: ColumnKind): ColumnValues {
  const column = findColumn(table, name);
  if (column !== undefined) return columnValues(column, kind);
  return kind === 'numeric'
    ? { kind, values: new Float64Array(table.rows).fill(Number.NaN) }
    : { kind, values: new Array<null>(table.rows).fill(null) };
}

/** @returns equal rows give an equal reference */
export async function storeEstimateSample(
  artifacts: Pick<ArtifactStore, 'putFile'>,
  { inputs, sample, expectedLosses }: EstimateSample,
): Promise<ArtifactRef> {
  const number = (name: string, values: ArrayLike<number>): Column => ({
    name,
    kind: 'number',
    values: Float64Array.from(values),
  });
  const columns: Column[] = [
    ...inputs.map(
      (column, at): Column =>
        column.kind === 'numeric'
          ? number(`x${at}`, column.values)
          : { name: `x${at}`, kind: 'string', values: column.values },
    ),
    number(SAID, sample.predictions),
    number(LABEL, sample.labels),
    ...(expectedLosses === undefined ? [] : [number(EXPECTED, expectedLosses)]),
  ];
  if (sample.task === 'classification') {
    const width = sample.classes.length;
    for (let index = 0; index < width; index += 1) {
      const ofClass = sample.probabilities.filter((_, at) => at % width === index);
      columns.push(number(`p${index}`, ofClass));
    }
  }
  const directory = await mkdtemp(join(tmpdir(), 'millrace-sample-'));
  try {
    const path = join(directory, 'sample.parquet');
    await writeParquet({ rows: sample.labels.length, columns, metadata: {} }, path);
    return await artifacts.putFile(path, MEDIA_TYPE.parquet);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** @throws MillraceError `ArtifactCorrupt` when the sample is gone */
export async function readEstimateSample(
  artifacts: Pick<ArtifactStore, 'localPath'>,
  ref: ArtifactRef,
  signature: ModelSignature,
): Promise<EstimateSample> {
  const table = await readTable(await artifacts.localPath(ref), { format: 'parquet' });
  const numbers = (name: string): Float64Array => {
    const values = valuesOr(table, name, 'numeric');
    return values.kind === 'numeric' ? values.values : new Float64Array();
  };
  const inputs = inputValues(signature, table, (_, at) => `x${at}`);
  const [said, labels] = [numbers(SAID), numbers(LABEL)];
  if (signature.task === 'regression') {
    const sample = { task: 'regression', labels, predictions: said } as const;
    return { inputs, sample, expectedLosses: numbers(EXPECTED) };
  }
  const classes = signature.output.classes ?? [];
  const probabilities = new Float64Array(table.rows * classes.length);
  classes.forEach((_, index) => {
    numbers(`p${index}`).forEach((value, row) => {
      probabilities[row * classes.length + index] = value;
    });
  });
  const sample = {
    task: 'classification',
    classes,
    labels: Int32Array.from(labels),
    predictions: Int32Array.from(said),
    probabilities,
  } as const;
  return { inputs, sample };
}
