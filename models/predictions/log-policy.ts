import { createHash, createHmac } from 'node:crypto';
import type { LogSpec, Masking, ModelSignature, PredictionRecord } from '../../contracts/index.js';

/** Characters of a hash that are kept: two values that are not equal have the same one in no practice. */
const HASH_CHARACTERS = 32;

/**
 * What of a version's predictions goes into the log, and in which form. Masking comes before anything
 * is written, so that no file ever holds what was masked.
 */
export class LogPolicy {
  readonly #sample: number;
  readonly #columns: ReadonlyMap<string, Masking>;
  /** Inputs that hold text: only text can be replaced by a hash. */
  readonly #texts: ReadonlySet<string>;

  /** @param key - of the hashes: without it nobody can try values out */
  constructor(
    readonly spec: LogSpec,
    { inputs, output }: ModelSignature,
    private readonly key: Uint8Array,
  ) {
    const { sample = 1, columns = {} } = spec;
    this.#sample = sample;
    // What the model gave is what the log is for.
    this.#columns = new Map(Object.entries(columns).filter(([name]) => name !== output.name));
    this.#texts = new Set(inputs.filter(({ kind }) => kind === 'string').map(({ name }) => name));
  }

  /** Whether this request is in the sample: the same answer each time, so that it can be told later. */
  keeps(requestUuid: string): boolean {
    // All and none, which nearly all ask for, are known without a hash.
    if (this.#sample >= 1) return true;
    if (this.#sample <= 0) return false;
    const digest = createHash('sha256').update(requestUuid).digest();
    return digest.readUInt32BE(0) < this.#sample * 2 ** 32;
  }

  /** The records as they are written. */
  maskedAll(records: readonly PredictionRecord[]): readonly PredictionRecord[] {
    return this.#columns.size === 0 ? records : records.map((record) => this.masked(record));
  }

  /** The record as it is written. */
  masked(record: PredictionRecord): PredictionRecord {
    if (this.#columns.size === 0) return record;
    const inputs = { ...record.inputs };
    const context = { ...record.context };
    for (const [name, masking] of this.#columns) {
      if (Object.hasOwn(inputs, name)) {
        const value = inputs[name] ?? null;
        const isHashed = masking === 'hash' && this.#texts.has(name) && value !== null;
        inputs[name] = isHashed ? this.#hash(name, value) : null;
      }
      if (!Object.hasOwn(context, name)) continue;
      const value = context[name];
      if (masking === 'hash') context[name] = this.#hash(name, value);
      else delete context[name];
    }
    return { ...record, inputs, context };
  }

  /** With the column's name: equal values of two columns are not seen to be equal. */
  #hash(column: string, value: unknown): string {
    const text = `${column}\0${typeof value === 'string' ? value : JSON.stringify(value)}`;
    return createHmac('sha256', this.key).update(text).digest('hex').slice(0, HASH_CHARACTERS);
  }
}
