import {
  type ExplanationMethod,
  MillraceError,
  type ModelSignature,
  type RowFields,
} from '../../contracts/index.js';
import {
  type AskedRows,
  type ExplainRequest,
  explainsRows,
} from '../../models/explaining/index.js';
import { suggestion } from '../../pipelines/nearest.js';
import { UsageError } from '../errors.js';

export interface ExplainOptions {
  readonly method: ExplanationMethod;
  readonly id?: string;
  readonly row?: string;
  readonly data?: string;
  readonly rows?: number;
  readonly class?: string;
  readonly features?: readonly string[];
  readonly ice?: boolean;
  readonly metric?: string;
  readonly repeats?: number;
  readonly samples?: number;
  readonly background?: string;
  readonly backgroundRows?: number;
  readonly seed: number;
  readonly html?: string;
  readonly save?: boolean;
}

/** The methods that an option is of; of any other it would change nothing. */
const OPTION_OF: Readonly<Record<string, readonly ExplanationMethod[]>> = {
  features: ['partialDependence'],
  ice: ['partialDependence'],
  metric: ['permutation'],
  repeats: ['permutation'],
  samples: ['lime', 'kernelShap'],
};

const METRICS: Readonly<Record<ModelSignature['task'], readonly string[]>> = {
  regression: ['mae', 'rmse', 'r2'],
  classification: ['accuracy', 'logLoss'],
};

/** numpy takes no greater one. */
const LARGEST_SEED = 2 ** 32 - 2;

/** @throws UsageError where options do not fit together */
export function checkOptions(options: ExplainOptions): void {
  const { method, seed } = options;
  const given = (['id', 'row', 'data'] as const).filter((name) => options[name] !== undefined);
  if (given.length > 1) {
    throw new UsageError(
      `--${given.join(' and --')} each say what to explain`,
      'give one of --id, --row and --data, or none for the hold-out',
    );
  }
  const [single] = given.filter((name) => name !== 'data');
  if (single !== undefined && !explainsRows(method)) {
    throw new UsageError(
      `${method} explains a model over many rows, and --${single} is one`,
      'shap, kernelShap and lime explain a single row',
    );
  }
  if (single !== undefined && options.rows !== undefined) {
    throw new UsageError(`--${single} is one row, and --rows asks for several`);
  }
  for (const [name, methods] of Object.entries(OPTION_OF)) {
    if (!(name in options) || methods.includes(method)) continue;
    throw new UsageError(`--${name} is of ${methods.join(' and ')}, not of ${method}`);
  }
  if (seed < 0 || seed > LARGEST_SEED) {
    throw new UsageError(`--seed is a whole number from 0 to ${LARGEST_SEED}`);
  }
}

/**
 * What is asked for, by the names that the model has.
 *
 * @throws UsageError naming the nearest feature, class or metric; MillraceError `InvalidInput` where
 * the row is no JSON object
 */
export function requestOf(signature: ModelSignature, options: ExplainOptions): ExplainRequest {
  const { method, seed, rows, features, ice, metric, repeats, samples } = options;
  const names = signature.inputs.map(({ name }) => name);
  const unknown = features?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw noSuch('feature', unknown, names);
  const metrics = METRICS[signature.task];
  if (metric !== undefined && !metrics.includes(metric)) throw noSuch('metric', metric, metrics);
  const classIndex = options.class === undefined ? null : classOf(signature, options.class);
  return {
    method,
    seed,
    rows: askedRows(options),
    ...(rows !== undefined && { limit: rows }),
    ...(options.background !== undefined && { backgroundFile: options.background }),
    ...(options.backgroundRows !== undefined && { backgroundRows: options.backgroundRows }),
    ...(classIndex !== null && { classIndex }),
    ...(features !== undefined && { features }),
    ...(ice !== undefined && { ice }),
    ...(metric !== undefined && { metric }),
    ...(repeats !== undefined && { repeats }),
    ...(samples !== undefined && { samples }),
  };
}

function classOf({ task, output }: ModelSignature, text: string): number {
  if (task === 'regression') {
    throw new UsageError(
      `the model predicts ${output.name}, a number: it has no class ${text}`,
      'leave --class out',
    );
  }
  const classes = (output.classes ?? []).map(String);
  const index = classes.indexOf(text);
  if (index === -1) throw noSuch('class', text, classes);
  return index;
}

function noSuch(what: string, name: string, known: readonly string[]): UsageError {
  return new UsageError(`the model has no ${what} ${name}`, suggestion(name, known));
}

function askedRows({ id, row, data }: ExplainOptions): AskedRows {
  if (id !== undefined) return { of: 'prediction', id };
  if (row !== undefined) return { of: 'row', fields: readRow(row) };
  return data === undefined ? { of: 'holdout' } : { of: 'file', path: data };
}

function readRow(text: string): RowFields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MillraceError('InvalidInput', `--row is not JSON: ${why}`, ROW_HINT, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MillraceError('InvalidInput', '--row is not an object of fields', ROW_HINT);
  }
  return value as RowFields;
}

const ROW_HINT = 'write it as {"temperature": 9.1, "weather": "clear"}, between single quotes';
