import {
  type JsonObject,
  MillraceError,
  type MultivariateDrift,
} from '../../../contracts/index.js';
import {
  asMatrices,
  type ColumnValues,
  type FrameData,
  type MultivariateData,
  type MultivariateOptions,
  type PythonMethod,
  resolveOptions,
  rowsOf,
} from '../../drift/index.js';
import { capData, takeDataRows, takeValues } from '../../drift/multivariate/cap-data.js';
import { joined, withVerdict } from '../../drift/multivariate/method-result.js';
import { capPlaces } from '../../drift/multivariate/seeded-draws.js';
import type { ProgramResult } from './program-result.js';
import type { PythonAccess } from './python-access.js';
import { runDriftProgram } from './run-drift-program.js';

/** Features whose part in the difference is told, the largest first. */
const TOLD_CONTRIBUTIONS = 20;

/** One of the methods that train something, over data that is prepared here. */
export async function compareInPython(
  method: PythonMethod,
  reference: MultivariateData,
  current: MultivariateData,
  options: MultivariateOptions & PythonAccess & { readonly target?: string },
): Promise<MultivariateDrift> {
  const resolved = resolveOptions(options);
  const target = method.needsTarget ? takeTarget(method.name, reference, options.target) : null;
  const { seed, permutations, maxRows } = resolved;
  const learned = target?.features ?? reference;
  const places = capPlaces(rowsOf(learned), maxRows, seed);
  const pair = asMatrices(
    takeDataRows(learned, places),
    capData(target === null ? current : withoutColumn(current, options.target), maxRows, seed + 1),
  );
  const values: JsonObject & { method: string } = {
    method: method.name,
    // What numpy takes for a seed.
    seed: seed >>> 0,
    permutations,
    maxRows,
  };
  if (pair.columns.length === 0) {
    const note = joined([pair.note, 'no column is on both sides with more than one value']);
    const nothing = { statistic: null, pValue: null, note, details: {} };
    return withVerdict(method.name, [], nothing, resolved);
  }
  const found = await runDriftProgram(
    {
      values,
      reference: pair.reference,
      current: pair.current,
      ...(target === null ? {} : { target: takeValues(target.values, places) }),
    },
    options,
  );
  const details = {
    ...found.details,
    ...contributions(
      found,
      pair.features.map(({ name }) => name),
    ),
  };
  const note = joined([pair.note, target?.note ?? null, found.note]);
  const { statistic, pValue } = found;
  return withVerdict(method.name, pair.columns, { statistic, pValue, note, details }, resolved);
}

function contributions(found: ProgramResult, features: readonly string[]) {
  const told = (found.contributions ?? [])
    .map((value, i) => [`contribution:${features[i] ?? i}`, value] as const)
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
    .slice(0, TOLD_CONTRIBUTIONS);
  return Object.fromEntries(told);
}

interface Target {
  /** Without the target, and without the rows that lack it. */
  readonly features: FrameData;
  readonly values: ColumnValues;
  readonly note: string | null;
}

function takeTarget(method: string, reference: MultivariateData, name?: string): Target {
  if (reference.kind !== 'frame') {
    throw new MillraceError('InvalidInput', `${method} learns a target, which vectors do not have`);
  }
  const found = reference.columns.find((column) => column.name === name)?.column;
  if (found === undefined) {
    throw new MillraceError(
      'InvalidInput',
      name === undefined
        ? `${method} needs a target: the column of the reference that a model shall learn`
        : `the reference has no column ${name} to learn`,
      `its columns are ${reference.columns.map((column) => column.name).join(', ')}`,
    );
  }
  const known: number[] = [];
  for (let i = 0; i < found.values.length; i += 1) {
    const value = found.values[i];
    if (typeof value === 'number' ? Number.isFinite(value) : value != null) known.push(i);
  }
  const dropped = found.values.length - known.length;
  const features = withoutColumn(reference, name) as FrameData;
  return {
    features: dropped === 0 ? features : takeDataRows(features, known),
    values: takeValues(found, known),
    note: dropped === 0 ? null : `${dropped} reference rows without ${name} are left out`,
  };
}

function withoutColumn(data: MultivariateData, name: string | undefined): MultivariateData {
  if (data.kind !== 'frame') return data;
  return { kind: 'frame', columns: data.columns.filter((column) => column.name !== name) };
}
