import type { ImputeRepair, ModelSignature, SignatureInput } from '../../../contracts/index.js';
import type { InputRow, InputValue } from '../../inference/input-row.js';

/** Rows as the model gets them, and what of each was filled in. */
export interface FilledRows {
  readonly rows: readonly InputRow[];
  /** One a row: the inputs that were filled in, in the order of the signature; empty where none may be. */
  readonly imputed: readonly (readonly string[])[];
}

/** What a repair may fill in where an input is missing. */
interface Filling {
  readonly name: string;
  readonly value: InputValue;
}

/**
 * The standing repairs of a model's inputs: each fills its input where a row has none. An input that
 * is repaired may be missing, though the model does not allow that itself.
 */
export class Imputation {
  readonly #repairs: readonly ImputeRepair[];
  readonly #plans = new WeakMap<ModelSignature, { signature: ModelSignature; fill: Filling[] }>();
  #filled = 0;

  constructor(repairs: readonly ImputeRepair[]) {
    this.#repairs = repairs;
  }

  /** Values that were filled in so far. */
  get filled(): number {
    return this.#filled;
  }

  /** What is asked of a request while the repairs hold. */
  signatureOf(signature: ModelSignature): ModelSignature {
    return this.#repairs.length === 0 ? signature : this.#planOf(signature).signature;
  }

  /** @param rows - checked against {@link signatureOf} */
  fill(signature: ModelSignature, rows: readonly InputRow[]): FilledRows {
    if (this.#repairs.length === 0) return { rows, imputed: [] };
    const { fill } = this.#planOf(signature);
    if (fill.length === 0) return { rows, imputed: [] };
    const imputed: (readonly string[])[] = [];
    const filled = rows.map((row) => {
      const missing = fill.filter(({ name }) => row[name] === null);
      imputed.push(missing.map(({ name }) => name));
      if (missing.length === 0) return row;
      this.#filled += missing.length;
      return { ...row, ...Object.fromEntries(missing.map(({ name, value }) => [name, value])) };
    });
    return { rows: filled, imputed };
  }

  #planOf(signature: ModelSignature) {
    const known = this.#plans.get(signature);
    if (known !== undefined) return known;
    const fill = signature.inputs.flatMap((input): Filling[] => {
      const repair = this.#repairs.find(({ feature }) => feature === input.name);
      return repair !== undefined && fits(input, repair.value)
        ? [{ name: input.name, value: repair.value }]
        : [];
    });
    const names = new Set(fill.map(({ name }) => name));
    const inputs = signature.inputs.map((input) =>
      names.has(input.name) ? { ...input, nullable: true } : input,
    );
    const plan = { signature: fill.length === 0 ? signature : { ...signature, inputs }, fill };
    this.#plans.set(signature, plan);
    return plan;
  }
}

export const NO_IMPUTATION = new Imputation([]);

/** A median of whole numbers need not be whole: the tensor takes it all the same. */
function fits({ kind }: SignatureInput, value: ImputeRepair['value']): boolean {
  if (kind === 'string') return typeof value === 'string';
  if (kind === 'boolean') return typeof value === 'boolean';
  return typeof value === 'number' && Number.isFinite(value);
}
