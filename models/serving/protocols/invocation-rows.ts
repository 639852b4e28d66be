import * as z from 'zod';
import { MillraceError, type ModelSignature, type ValueKind } from '../../../contracts/index.js';
import { parseBody } from '../parse-body.js';
import { parseCsv } from './csv.js';
import { requireRowCount } from './tensors/shapes.js';

type Row = Readonly<Record<string, unknown>>;

const FORMS = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const;

const splitSchema = z.strictObject({
  columns: z.array(z.string()),
  index: z.array(z.unknown()).optional(),
  data: z.array(z.array(z.unknown())),
});

/** More names of parameters are not listed. */
const MOST_NAMED = 20;

const bodySchema = z
  .strictObject({
    dataframe_split: splitSchema.optional(),
    dataframe_records: z.array(z.unknown()).optional(),
    instances: z.array(z.unknown()).optional(),
    inputs: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
    params: z.record(z.string(), z.unknown()).nullish(),
  })
  .refine((body) => FORMS.filter((form) => body[form] !== undefined).length === 1, {
    message: `exactly one of ${FORMS.join(', ')} is needed`,
  });

/** What an MLflow scoring request asks. */
export interface Invocation {
  readonly rows: readonly unknown[];
  /** Names of the parameters that came with it: no model takes any, and the answer says so. */
  readonly params: readonly string[];
}

/**
 * Rows of an MLflow scoring request. A row of `instances` or `inputs` that is a list gives the
 * model's inputs in the order of its signature.
 *
 * @throws MillraceError `InvalidInput` naming the place in the body
 */
export function readInvocation(signature: ModelSignature, body: unknown): Invocation {
  const records = onlyRecords(body);
  if (records !== null) {
    requireRowCount(records.length);
    return { rows: records, params: [] };
  }
  const parsed = parseBody(bodySchema, body, 'send {"dataframe_records": [{"column": value}]}');
  const rows = rowsOf(signature, parsed);
  requireRowCount(rows.length);
  return { rows, params: Object.keys(parsed.params ?? {}).slice(0, MOST_NAMED) };
}

/**
 * The rows of a body that holds records and nothing else. Nearly all do, and the schema takes longer
 * than the model.
 */
function onlyRecords(body: unknown): readonly unknown[] | null {
  if (typeof body !== 'object' || body === null) return null;
  for (const field in body) if (field !== 'dataframe_records') return null;
  const { dataframe_records: records } = body as { readonly dataframe_records?: unknown };
  return Array.isArray(records) ? records : null;
}

function rowsOf(signature: ModelSignature, body: z.infer<typeof bodySchema>): readonly unknown[] {
  const { dataframe_split: split, dataframe_records: records, instances, inputs } = body;
  if (split !== undefined) {
    requireDistinct(split.columns, 'dataframe_split.columns');
    return split.data.map((values, row) =>
      zipRow(split.columns, values, `dataframe_split.data[${row}]`),
    );
  }
  if (records !== undefined) return records;
  if (inputs !== undefined && !Array.isArray(inputs)) return readColumns(inputs);
  const names = signature.inputs.map(({ name }) => name);
  return (instances ?? inputs ?? []).map((row, index) =>
    Array.isArray(row) ? zipRow(names, row, `row ${index}`) : row,
  );
}

/** Rows of a CSV body with a header; fields become the kind that the signature says. */
export function readCsvInvocation(signature: ModelSignature, text: string): Invocation {
  const [header = [], ...records] = parseCsv(text);
  requireDistinct(header, 'the header of the CSV');
  const kinds = new Map<string, ValueKind>();
  for (const { name, kind } of signature.inputs) kinds.set(name, kind);
  for (const { name, kind } of signature.context) kinds.set(name, kind);
  requireRowCount(records.length);
  const rows = records.map((fields, row) => {
    const values = fields.map((field, index) => fromText(field, kinds.get(header[index] ?? '')));
    return zipRow(header, values, `row ${row} of the CSV`);
  });
  return { rows, params: [] };
}

function readColumns(columns: Readonly<Record<string, unknown>>): readonly Row[] {
  const names = Object.keys(columns);
  const lists = names.map((name) => {
    const column = columns[name];
    return Array.isArray(column) ? column.map(unwrapSingle) : [column];
  });
  const rows = lists[0]?.length ?? 0;
  requireRowCount(rows);
  names.forEach((name, index) => {
    const length = lists[index]?.length;
    if (length === rows) return;
    throw bad(`inputs.${name} has ${length} values where inputs.${names[0]} has ${rows}`);
  });
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(names.map((name, index) => [name, lists[index]?.[row]])),
  );
}

/** A column may be a list of lists of one, the tensor form `[N, 1]`. */
function unwrapSingle(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

function zipRow(names: readonly string[], values: readonly unknown[], where: string): Row {
  if (values.length !== names.length) {
    throw bad(
      `${where} has ${values.length} values where there are ${names.length} columns`,
      `give a value for each of ${names.join(', ')}`,
    );
  }
  return Object.fromEntries(names.map((name, index) => [name, values[index]]));
}

/** Text that is not of the kind stays text, so that the check against the signature names it. */
function fromText(field: string, kind: ValueKind | undefined): unknown {
  if (kind === 'string') return field;
  if (field === '') return null;
  if (kind === 'timestamp') return field;
  if (kind === 'boolean' && /^(true|false)$/i.test(field)) return field.toLowerCase() === 'true';
  const number = Number(field);
  return field.trim() === '' || Number.isNaN(number) ? field : number;
}

function requireDistinct(names: readonly string[], where: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw bad(`${where} names ${twice} twice`);
}

function bad(message: string, hint?: string): MillraceError {
  return new MillraceError('InvalidInput', message, hint);
}
