import { Tensor } from 'onnxruntime-node';
import { MillraceError, type ModelSignature } from '../../contracts/index.js';
import type { Column, Table } from '../../storage/tabular/table.js';
import type { InputRow } from './input-row.js';
import { signatureMismatches } from './signature-mismatches.js';

/** The graph's inputs by name; only those that it has. */
export type Feeds = { readonly [name: string]: Tensor };

/** How many columns each tensor of the graph has. */
export function tensorWidths(signature: ModelSignature): {
  readonly numeric: number;
  readonly categorical: number;
} {
  let numeric = 0;
  for (const input of signature.inputs) if (input.tensor === 'numeric') numeric += 1;
  return { numeric, categorical: signature.inputs.length - numeric };
}

/** Tensors of rows that {@link checkRows} has passed. */
export function tensorsFromRows(signature: ModelSignature, rows: readonly InputRow[]): Feeds {
  const widths = tensorWidths(signature);
  const numbers = new Float32Array(rows.length * widths.numeric);
  const texts = new Array<string>(rows.length * widths.categorical);
  for (const { name, tensor, index } of signature.inputs) {
    for (let row = 0; row < rows.length; row += 1) {
      const value = rows[row]?.[name] ?? null;
      if (tensor === 'categorical') {
        texts[row * widths.categorical + index] = value === null ? '' : String(value);
      } else {
        numbers[row * widths.numeric + index] = value === null ? Number.NaN : Number(value);
      }
    }
  }
  return feeds(rows.length, widths, numbers, texts);
}

/** Cuts tensors out of a table: what is looked up by name is looked up once. */
export class TableTensors {
  readonly #columns: readonly { readonly column: Column; readonly index: number }[];
  readonly #widths: { readonly numeric: number; readonly categorical: number };

  /** @throws MillraceError `InvalidInput` when the table lacks an input, or has it as another kind */
  constructor(signature: ModelSignature, table: Table) {
    const mismatches = signatureMismatches(signature, table.columns);
    if (mismatches.length > 0) {
      throw new MillraceError(
        'InvalidInput',
        `the table does not fit the model: ${mismatches.join('; ')}`,
        'give the model the columns that it was trained on',
      );
    }
    const byName = new Map(table.columns.map((column) => [column.name, column]));
    this.#columns = signature.inputs.flatMap(({ name, index }) => {
      const column = byName.get(name);
      return column === undefined ? [] : [{ column, index }];
    });
    this.#widths = tensorWidths(signature);
  }

  /** Rows `start` up to but not including `end`. */
  slice(start: number, end: number): Feeds {
    const rows = end - start;
    const { numeric, categorical } = this.#widths;
    const numbers = new Float32Array(rows * numeric);
    const texts = new Array<string>(rows * categorical);
    for (const { column, index } of this.#columns) {
      if (column.kind === 'string') {
        for (let row = 0; row < rows; row += 1) {
          texts[row * categorical + index] = column.values[start + row] ?? '';
        }
      } else {
        for (let row = 0; row < rows; row += 1) {
          numbers[row * numeric + index] = column.values[start + row] ?? Number.NaN;
        }
      }
    }
    return feeds(rows, this.#widths, numbers, texts);
  }
}

function feeds(
  rows: number,
  widths: { readonly numeric: number; readonly categorical: number },
  numbers: Float32Array,
  texts: string[],
): Feeds {
  const tensors: Record<string, Tensor> = {};
  if (widths.numeric > 0) {
    tensors['numeric'] = new Tensor('float32', numbers, [rows, widths.numeric]);
  }
  if (widths.categorical > 0) {
    tensors['categorical'] = new Tensor('string', texts, [rows, widths.categorical]);
  }
  return tensors;
}
