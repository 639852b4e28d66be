import type { ColumnValues } from '../samples/column-values.js';

export const LOSS_MODEL_FORMAT = 'millrace-loss/1';

/** Nodes of one tree, the root first; the lists are of one length. */
interface LossTree {
  /** Which feature parts the rows of a node; −1 for a leaf. */
  readonly feature: readonly number[];
  /** Numbers up to this go left. */
  readonly threshold: readonly number[];
  /** Codes of the categories that go left; `null` where the feature is a number. */
  readonly left: readonly (readonly number[] | null)[];
  /** Whether rows without a value go left, and those of a category that no tree has seen. */
  readonly missing: readonly boolean[];
  readonly children: readonly (readonly [left: number, right: number])[];
  /** Of a leaf: what it adds. */
  readonly value: readonly number[];
}

/** Trees that have learned how large a model's loss is where, as `python/learn_loss.py` writes them. */
export interface LossModel {
  readonly format: typeof LOSS_MODEL_FORMAT;
  /** Mean loss that they learned from: they are in units of it. */
  readonly level: number;
  readonly base: number;
  /** Of a text: its frequent categories, whose places are their codes, and the codes that were seen. */
  readonly features: readonly {
    readonly categories?: readonly string[];
    readonly known?: readonly number[];
  }[];
  readonly trees: readonly LossTree[];
}

/** Whether stored JSON is a model of the loss that this release reads. */
export function isLossModel(value: unknown): value is LossModel {
  return (
    typeof value === 'object' &&
    value !== null &&
    'format' in value &&
    value.format === LOSS_MODEL_FORMAT
  );
}

/**
 * What loss to expect of each row: level · e^(base + Σ of the trees' leaves), as a Poisson regression
 * with a logarithmic link answers.
 *
 * @param columns - the model's features in its order, all of one length
 * @returns ≥ 0, never NaN: a missing value has its place in every tree
 * @throws RangeError when a column is of another kind than the model learned from
 * @example
 * const twice = { format: 'millrace-loss/1', level: 2, base: 0, features: [{}], trees: [] };
 * expectLosses(twice, [{ kind: 'numeric', values: Float64Array.of(7, 8) }]); // [2, 2]
 */
export function expectLosses(model: LossModel, columns: readonly ColumnValues[]): Float64Array {
  const codes = model.features.map((feature, index) => codesOf(feature, columns[index], index));
  const sums = new Float64Array(columns[0]?.values.length ?? 0).fill(model.base);
  for (const tree of model.trees) addTree(sums, tree, codes);
  return sums.map((sum) => model.level * Math.exp(sum));
}

/** Numbers as they are, categories as their code; NaN is missing or was never seen. */
function codesOf(
  { categories, known = [] }: LossModel['features'][number],
  column: ColumnValues | undefined,
  index: number,
): Float64Array {
  const kind = categories === undefined ? 'numeric' : 'categorical';
  if (column === undefined || column.kind !== kind) {
    throw new RangeError(`feature ${index} is ${column?.kind ?? 'not there'}, it was ${kind}`);
  }
  if (column.kind === 'numeric') {
    return column.values.map((value) => (Number.isFinite(value) ? value : Number.NaN));
  }
  const codes = new Map((categories ?? []).map((category, code) => [category, code]));
  const seen = new Set(known);
  const others = categories?.length ?? 0;
  return Float64Array.from(column.values, (value) => {
    const code = value === null ? Number.NaN : (codes.get(value) ?? others);
    return seen.has(code) ? code : Number.NaN;
  });
}

function addTree(sums: Float64Array, tree: LossTree, codes: readonly Float64Array[]): void {
  const left = tree.left.map((members) => (members === null ? null : new Set(members)));
  for (let row = 0; row < sums.length; row += 1) {
    let node = 0;
    for (let feature = tree.feature[0] ?? -1; feature !== -1; feature = tree.feature[node] ?? -1) {
      const value = codes[feature]?.[row] ?? Number.NaN;
      const members = left[node];
      let goesLeft = tree.missing[node] === true;
      if (!Number.isNaN(value)) {
        goesLeft = members ? members.has(value) : value <= (tree.threshold[node] ?? 0);
      }
      node = tree.children[node]?.[goesLeft ? 0 : 1] ?? 0;
    }
    sums[row] = (sums[row] ?? 0) + (tree.value[node] ?? 0);
  }
}
