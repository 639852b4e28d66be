import {
  type BadRowAction,
  type JsonObject,
  MillraceError,
  type ModelSignature,
} from '../../../contracts/index.js';
import type { FeatureLookup } from '../../features/index.js';
import type { InputRow } from '../../inference/input-row.js';
import type { ServedModel } from '../../inference/served-model.js';
import { checkRows } from '../../inference/validate-rows.js';
import { MODEL_VERSION, PREDICTION, PREDICTION_ID, probabilityColumn } from '../batch-job.js';
import { plainFields } from './plain-fields.js';
import type { StreamRecord } from './ports.js';
import { recordLine } from './record-line.js';
import { streamPredictionId } from './stream-id.js';

/** A version that is asked, and its number. */
export interface AskedVersion {
  readonly version: number;
  readonly model: ServedModel;
  /** Looks up the features that records lack; absent: the version has none. */
  readonly lookup?: Pick<FeatureLookup, 'ease' | 'complete'>;
}

export interface RecordOptions {
  readonly identity: string;
  /** Fields of a record that its line has too; `null`: all. */
  readonly columns: readonly string[] | null;
  readonly onBadRow: BadRowAction;
}

export interface PredictedRecords {
  /** A line for each record that has one, each with its end. */
  readonly lines: string;
  readonly written: number;
  readonly bad: number;
  /** The first record that cannot be predicted for. */
  readonly firstBad: BadRecord | null;
}

export interface BadRecord {
  readonly position: string;
  /** As a person finds it. */
  readonly where: string;
  readonly reason: string;
}

interface Parsed {
  readonly record: StreamRecord;
  readonly fields: JsonObject;
  /** The fields with what was looked up. */
  readonly completed: JsonObject;
  readonly reason: string | null;
}

interface Read extends Omit<Parsed, 'completed'> {
  readonly row: InputRow | null;
}

/**
 * Predicts for some records.
 *
 * @throws MillraceError `InvalidInput` for the first bad record where it is not to be left out
 */
export async function predictRecords(
  { version, model, lookup }: AskedVersion,
  records: readonly StreamRecord[],
  { identity, columns, onBadRow }: RecordOptions,
): Promise<PredictedRecords> {
  const parsed = await complete(
    model.signature,
    records.map((record) => parseRecord(model.signature, record)),
    lookup,
  );
  const read = parsed.map((one) => readRecord(model.signature, one));
  const bad = read.filter(({ reason }) => reason !== null);
  const [first] = bad;
  const firstBad = first === undefined ? null : badRecord(first.record, first.reason ?? '');
  if (firstBad !== null && onBadRow === 'fail') {
    throw new MillraceError(
      'InvalidInput',
      `the record at ${firstBad.where} cannot be predicted for: ${firstBad.reason}`,
      'mend it, or go on without such records: --on-bad-row skip leaves them out, null gives them no prediction',
    );
  }
  const rows = read.flatMap(({ row }) => (row === null ? [] : [row]));
  const answers = rows.length === 0 ? { predictions: [] } : await model.predict(rows);
  const classes = model.signature.output.classes ?? [];
  let answered = -1;
  let written = 0;
  let lines = '';
  for (const { record, fields, row, reason } of read) {
    if (row !== null) answered += 1;
    else if (onBadRow === 'skip') continue;
    const shares = row === null ? undefined : answers.probabilities?.[answered];
    const added = {
      [PREDICTION]: row === null ? null : finite(answers.predictions[answered]),
      ...(shares !== undefined &&
        Object.fromEntries(
          classes.map((label, at) => [probabilityColumn(label), finite(shares[at])]),
        )),
      [PREDICTION_ID]: streamPredictionId(identity, record.position),
      [MODEL_VERSION]: version,
      ...(reason !== null && { prediction_error: reason }),
    };
    lines += `${recordLine(record.text, fields, columns, added)}\n`;
    written += 1;
  }
  return { lines, written, bad: bad.length, firstBad };
}

function badRecord({ position, where = position }: StreamRecord, reason: string): BadRecord {
  return { position, where, reason };
}

function parseRecord(signature: ModelSignature, record: StreamRecord): Parsed {
  const nothing = { record, fields: {}, completed: {} };
  let value: unknown;
  try {
    value = JSON.parse(record.text);
  } catch {
    return { ...nothing, reason: `${record.text.slice(0, 60)} is not JSON` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ...nothing, reason: 'it is no JSON object' };
  }
  const written = value as JsonObject;
  if (!record.isPlain) return { record, fields: written, completed: written, reason: null };
  const fields = plainFields(signature, written);
  const text = JSON.stringify(fields);
  return { record: { ...record, text }, fields, completed: fields, reason: null };
}

/** One round trip to the online store for all records; one that still lacks something is a bad record. */
async function complete(
  signature: ModelSignature,
  parsed: readonly Parsed[],
  lookup: AskedVersion['lookup'],
): Promise<readonly Parsed[]> {
  if (lookup === undefined) return parsed;
  const fields = parsed.map((one) => one.fields);
  const { rows } = await lookup.complete(lookup.ease(signature), fields);
  return parsed.map((one, index) => ({ ...one, completed: rows[index] as JsonObject }));
}

function readRecord(signature: ModelSignature, parsed: Parsed): Read {
  const { record, fields, completed } = parsed;
  if (parsed.reason !== null) return { record, fields, row: null, reason: parsed.reason };
  // A record may hold more than the model takes.
  const inputs = Object.fromEntries(
    signature.inputs.flatMap(({ name }) =>
      Object.hasOwn(completed, name) ? [[name, completed[name]]] : [],
    ),
  );
  const check = checkRows(signature, [inputs]);
  if (check.ok) return { record, fields, row: check.rows[0] ?? null, reason: null };
  const reason = check.problems.join('; ').replaceAll(' of row 0', '');
  return { record, fields, row: null, reason };
}

/** JSON has no NaN: what is no finite number is missing. */
function finite(value: number | string | boolean | undefined): number | string | boolean | null {
  return value === undefined || (typeof value === 'number' && !Number.isFinite(value))
    ? null
    : value;
}
