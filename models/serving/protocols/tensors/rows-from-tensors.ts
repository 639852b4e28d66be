import { MillraceError, type ModelSignature, type ValueKind } from '../../../../contracts/index.js';
import { COLUMN_DATATYPES, DATATYPES, type Datatype } from './datatypes.js';

/** A tensor of a request, whichever protocol it came by. */
export interface InputTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: Datatype;
  /** Row by row: as many as the shape says. */
  readonly values: readonly unknown[];
}

export type TensorRow = Record<string, unknown>;

/**
 * The rows that tensors hold. A tensor is a column, of shape `[N]` or `[N, 1]`; or a table of shape
 * `[N, k]` with the columns of one tensor of the graph in the order of the signature, named
 * `numeric` or `categorical`, or anything where the model has only one of the two.
 *
 * @param tensors - at least one
 * @throws MillraceError `InvalidInput` naming the tensor
 */
export function rowsFromTensors(
  signature: ModelSignature,
  tensors: readonly InputTensor[],
): readonly TensorRow[] {
  const layout = layoutOf(signature);
  const count = tensors[0]?.shape[0] ?? 0;
  const rows = new Array<TensorRow>(count);
  for (let row = 0; row < count; row += 1) rows[row] = {};
  const seen = new Set<string>();
  const hasColumn = tensors.some(({ name }) => layout.inputs.has(name));
  for (const tensor of tensors) {
    const { name, shape } = tensor;
    if (shape[0] !== count) {
      throw bad(`input ${shown(name)} has ${shape[0]} rows where the first input has ${count}`);
    }
    const kind = layout.kinds.get(name);
    if (kind !== undefined) {
      requireColumn(tensor, kind);
      take(seen, name);
      for (let row = 0; row < count; row += 1) (rows[row] ?? {})[name] = tensor.values[row];
      continue;
    }
    const columns = layout.tables.get(name) ?? (hasColumn ? undefined : layout.onlyTable);
    if (columns === undefined) {
      throw bad(
        `input ${shown(name)} is not known to the model`,
        `it takes ${[...layout.kinds.keys()].join(', ')}`,
      );
    }
    for (const column of columns) take(seen, column);
    addTable(rows, tensor, columns, layout.kinds);
  }
  return rows;
}

/**
 * What the first row holds, of tensors that are not checked yet; of no known model the columns alone.
 *
 * @param signature - `null`: of a model that no version answers for
 */
export function firstRow(
  signature: ModelSignature | null,
  tensors: readonly Pick<InputTensor, 'name' | 'values'>[],
): Readonly<TensorRow> {
  const layout = signature === null ? null : layoutOf(signature);
  const row: TensorRow = {};
  for (const { name, values } of tensors) {
    const columns =
      layout === null || layout.kinds.has(name)
        ? [name]
        : (layout.tables.get(name) ?? layout.onlyTable ?? []);
    for (const [place, column] of columns.entries()) row[column] = values[place];
  }
  return row;
}

interface Layout {
  readonly kinds: ReadonlyMap<string, ValueKind>;
  readonly inputs: ReadonlySet<string>;
  /** Columns by the name of the graph's tensor. */
  readonly tables: ReadonlyMap<string, readonly string[]>;
  /** Where the graph has one tensor. */
  readonly onlyTable: readonly string[] | undefined;
}

const layouts = new WeakMap<ModelSignature, Layout>();

function layoutOf(signature: ModelSignature): Layout {
  const known = layouts.get(signature);
  if (known !== undefined) return known;
  const kinds = new Map<string, ValueKind>();
  for (const { name, kind } of [...signature.inputs, ...signature.context]) kinds.set(name, kind);
  const tables = new Map<string, string[]>();
  for (const { name, tensor } of signature.inputs) {
    const columns = tables.get(tensor);
    if (columns === undefined) tables.set(tensor, [name]);
    else columns.push(name);
  }
  const layout = {
    kinds,
    inputs: new Set(signature.inputs.map(({ name }) => name)),
    tables,
    onlyTable: tables.size === 1 ? [...tables.values()][0] : undefined,
  };
  layouts.set(signature, layout);
  return layout;
}

function requireColumn({ name, shape, datatype }: InputTensor, kind: ValueKind): void {
  const accepted = COLUMN_DATATYPES[kind];
  if (!accepted.includes(datatype)) {
    throw bad(
      `input ${name} has datatype ${datatype}, but its kind is ${kind}`,
      `send ${accepted.slice(0, 4).join(', ')}`,
    );
  }
  if (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) return;
  throw bad(`input ${name} has shape [${shape}]`, 'one column has shape [N] or [N, 1]');
}

function addTable(
  rows: readonly TensorRow[],
  { name, shape, datatype, values }: InputTensor,
  columns: readonly string[],
  kinds: ReadonlyMap<string, ValueKind>,
): void {
  const width = columns.length;
  const isTable = shape.length === 2 ? shape[1] === width : shape.length === 1 && width === 1;
  if (!isTable) {
    throw bad(
      `input ${shown(name)} has shape [${shape}], but the model takes [N, ${width}]`,
      `its columns are ${columns.join(', ')}; or send each as a tensor of its own`,
    );
  }
  const isText = columns.every((column) => kinds.get(column) === 'string');
  if (isText !== (datatype === 'BYTES')) {
    throw bad(
      `input ${shown(name)} has datatype ${datatype}, but its columns hold ${isText ? 'text' : 'numbers'}`,
      `send ${isText ? 'BYTES' : DATATYPES.filter((type) => type !== 'BYTES').join(', ')}`,
    );
  }
  rows.forEach((row, index) => {
    for (let column = 0; column < width; column += 1) {
      row[columns[column] ?? ''] = values[index * width + column];
    }
  });
}

function take(seen: Set<string>, name: string): void {
  if (seen.has(name)) throw bad(`input ${name} is given twice`);
  seen.add(name);
}

/** A name is the client's own text. */
export function shown(name: string): string {
  return name.length > 80 ? `${name.slice(0, 77)}...` : name;
}

function bad(message: string, hint?: string): MillraceError {
  return new MillraceError('InvalidInput', message, hint);
}
