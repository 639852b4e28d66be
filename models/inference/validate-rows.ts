import { distance } from 'fastest-levenshtein';
import {
  type ContextColumn,
  formatEventTime,
  type JsonValue,
  type ModelSignature,
  parseEventTimeMs,
  type SignatureInput,
} from '../../contracts/index.js';
import type { ContextRow, InputRow, InputValue } from './input-row.js';
import { FLOAT32_MAX, PlainRows } from './plain-rows.js';

/** More problems than this are counted, not listed. */
const MAX_PROBLEMS = 20;

export type RowCheck =
  | {
      readonly ok: true;
      /** One a row, in order; absent nullable inputs are `null`. */
      readonly rows: readonly InputRow[];
      /** One a row, in order; a time is RFC 3339 in UTC. */
      readonly context: readonly ContextRow[];
    }
  | {
      readonly ok: false;
      /** One sentence each, at most 20 and then how many more; rows are counted from 0. */
      readonly problems: readonly string[];
    };

/**
 * Checks rows of a request against a model's signature and brings them into its form.
 *
 * A field must be an input or a context column. A missing value (`null`, absent, or empty text) is
 * allowed where the input is nullable. Numbers must be finite and fit float32, integers must be
 * whole and safe, booleans may be written 0 and 1. Every problem of every row is found, not the
 * first.
 *
 * @param signature - of the model that will be asked
 * @param rows - what the client sent; anything at all
 * @example checkRows(signature, [{ temperature: 'warm' }]);
 * // { ok: false, problems: ['field temperature of row 0: "warm" is not a number'] }
 */
export function checkRows(signature: ModelSignature, rows: readonly unknown[]): RowCheck {
  const problems = new ProblemList();
  const plainRows = plainRowsOf(signature);
  let known: ReadonlySet<string> | null = null;
  const inputs: InputRow[] = [];
  const context: ContextRow[] = [];
  rows.forEach((row, index) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      problems.add(`row ${index}: ${show(row)} is not an object of field names and values`);
      return;
    }
    const fields = row as { readonly [name: string]: unknown };
    const plain = plainRows.read(fields);
    if (plain !== null) {
      inputs.push(plain.inputs);
      context.push(plain.context);
      return;
    }
    context.push(readContext(signature.context, fields, index, problems));
    known ??= knownFields(signature);
    for (const name of Object.keys(fields)) {
      if (!known.has(name)) problems.add(unknownField(signature, known, name, index));
    }
    inputs.push(readInputs(signature.inputs, fields, index, problems));
  });
  return problems.isEmpty
    ? { ok: true, rows: inputs, context }
    : { ok: false, problems: problems.list() };
}

const readers = new WeakMap<ModelSignature, PlainRows>();

function plainRowsOf(signature: ModelSignature): PlainRows {
  let reader = readers.get(signature);
  if (reader === undefined) {
    reader = new PlainRows(signature);
    readers.set(signature, reader);
  }
  return reader;
}

function knownFields({ inputs, context }: ModelSignature): ReadonlySet<string> {
  return new Set([...inputs, ...context].map(({ name }) => name));
}

class ProblemList {
  readonly #kept: string[] = [];
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  add(problem: string): void {
    this.#count += 1;
    if (this.#kept.length < MAX_PROBLEMS) this.#kept.push(problem);
  }

  list(): readonly string[] {
    const more = this.#count - this.#kept.length;
    return more === 0 ? this.#kept : [...this.#kept, `and ${more} more problems`];
  }
}

function readInputs(
  inputs: readonly SignatureInput[],
  fields: { readonly [name: string]: unknown },
  row: number,
  problems: ProblemList,
): InputRow {
  const read: Record<string, InputValue> = {};
  for (const input of inputs) {
    const raw = Object.hasOwn(fields, input.name) ? fields[input.name] : undefined;
    if (raw === undefined || raw === null || (raw === '' && input.kind === 'string')) {
      if (!input.nullable) {
        const what = raw === undefined ? 'is missing' : raw === null ? 'is null' : 'is empty';
        problems.add(
          `field ${input.name} of row ${row} ${what}; the model needs ${KIND[input.kind]}`,
        );
      }
      read[input.name] = null;
      continue;
    }
    const complaint = complaintAbout(input, raw);
    if (complaint !== null) problems.add(`field ${input.name} of row ${row}: ${complaint}`);
    else read[input.name] = input.kind === 'boolean' ? Boolean(raw) : (raw as InputValue);
  }
  return read;
}

const KIND: Readonly<Record<SignatureInput['kind'], string>> = {
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
  string: 'text',
};

function complaintAbout(input: SignatureInput, raw: unknown): string | null {
  switch (input.kind) {
    case 'number':
      if (typeof raw !== 'number') return `${show(raw)} is not a number`;
      if (!Number.isFinite(raw)) return `${raw} is not a finite number`;
      return Math.abs(raw) > FLOAT32_MAX
        ? `${raw} is out of range: the model works in float32, up to ±3.4e38`
        : null;
    case 'integer':
      if (typeof raw !== 'number') return `${show(raw)} is not an integer`;
      if (!Number.isFinite(raw)) return `${raw} is not a finite number`;
      if (!Number.isInteger(raw)) return `${raw} is not an integer`;
      return Number.isSafeInteger(raw)
        ? null
        : `${raw} is out of range: integers go up to ±${Number.MAX_SAFE_INTEGER}`;
    case 'boolean':
      return raw === true || raw === false || raw === 0 || raw === 1
        ? null
        : `${show(raw)} is not true or false`;
    case 'string':
      return typeof raw === 'string' ? null : `${show(raw)} is not text`;
  }
}

function readContext(
  columns: readonly ContextColumn[],
  fields: { readonly [name: string]: unknown },
  row: number,
  problems: ProblemList,
): ContextRow {
  const read: Record<string, JsonValue> = {};
  for (const column of columns) {
    const raw = Object.hasOwn(fields, column.name) ? fields[column.name] : undefined;
    if (raw === undefined || raw === null) continue;
    const value = column.role === 'time' ? readTime(raw) : readScalar(raw);
    if (value !== null) {
      read[column.name] = value;
      continue;
    }
    const expected =
      column.role === 'time'
        ? 'a time such as 2011-07-01T05:00:00Z or milliseconds since the epoch'
        : 'a number, text, true or false';
    problems.add(`field ${column.name} of row ${row}: ${show(raw)} is not ${expected}`);
  }
  return read;
}

/** Largest distance from the epoch that a Date can hold, in ms. */
const MAX_DATE_MS = 8.64e15;

function readTime(raw: unknown): string | null {
  const ms = typeof raw === 'string' ? parseEventTimeMs(raw) : typeof raw === 'number' ? raw : null;
  if (ms === null || !Number.isFinite(ms) || Math.abs(ms) > MAX_DATE_MS) return null;
  return formatEventTime(ms);
}

function readScalar(raw: unknown): JsonValue {
  if (typeof raw === 'string' || typeof raw === 'boolean') return raw;
  return typeof raw === 'number' && Number.isFinite(raw) ? raw : null;
}

function unknownField(
  signature: ModelSignature,
  known: ReadonlySet<string>,
  name: string,
  row: number,
): string {
  const where = `field ${name.slice(0, 80)} of row ${row}`;
  if (name === signature.output.name) {
    return `${where} is what the model predicts; leave it out and send it later as a label`;
  }
  let nearest: string | null = null;
  let best = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of name.length > 200 ? [] : known) {
    const away = distance(name.toLowerCase(), candidate.toLowerCase());
    if (away < best) [nearest, best] = [candidate, away];
  }
  return nearest === null
    ? `${where} is not known to the model; it takes ${[...known].join(', ')}`
    : `${where} is not known to the model; did you mean ${nearest}?`;
}

function show(value: unknown): string {
  const text = typeof value === 'bigint' ? `${value}` : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
