import { join } from 'node:path';
import { isArtifactRef, type JsonValue, MEDIA_TYPE, MillraceError } from '../../contracts/index.js';
import { QueryError, transformTables } from '../../storage/tabular/index.js';
import type { StepWork, StepWorkContext } from '../step-work.js';
import { withScratchDirectory } from './scratch-directory.js';
import { optionalNumber, optionalText, requiredText } from './step-inputs.js';

/** A wider table's schema is in its Parquet file; a step hands on small values. */
const MAX_SCHEMA_COLUMNS = 500;

/**
 * Runs a query over tables: the artifact `data`, the values `rows` and `schema` (of the first 500
 * columns).
 *
 * @throws MillraceError `InvalidInput` naming the line of the query, and that of the file
 */
export const transform: StepWork = async (context) => {
  const { deps, signal, logger } = context;
  const sql = requiredText(context, 'sql');
  const inputs = await localInputs(context);
  const time = optionalText(context, 'time');
  const memoryMb = optionalNumber(context, 'memoryMb');
  return withScratchDirectory(context, async (directory) => {
    const destination = join(directory, 'data.parquet');
    const table = await transformTables({
      sql,
      inputs,
      values: readValues(context),
      destination,
      signal,
      ...(time !== undefined && { time }),
      ...(memoryMb !== undefined && { memoryMb }),
    }).catch((error: unknown) => {
      throw error instanceof QueryError ? placed(context, error) : error;
    });
    const data = await deps.artifacts.putFile(destination, MEDIA_TYPE.parquet);
    const schema = table.columns.slice(0, MAX_SCHEMA_COLUMNS).map((column) => ({ ...column }));
    logger.info({ rows: table.rows, columns: table.columns.length }, 'transformed');
    return {
      outputs: { values: { rows: table.rows, schema }, artifacts: { data }, metrics: {} },
    };
  });
};

/** With the line of the file beside that of the query. */
function placed({ step }: StepWorkContext, error: QueryError): MillraceError {
  const { defect } = error;
  const { sqlLine } = step;
  const within = defect.line === null ? 'the SQL' : `line ${defect.line} of the SQL`;
  const line = sqlLine === undefined ? null : sqlLine + (defect.line ?? 1) - 1;
  const place = line === null ? within : `${within} (line ${line} of the file)`;
  return new MillraceError(
    'InvalidInput',
    `step ${step.id}: ${place}: ${defect.problem}`,
    defect.hint,
    {
      cause: error,
    },
  );
}

async function localInputs(context: StepWorkContext): Promise<Record<string, string>> {
  const given = context.inputs['inputs'];
  const paths: Record<string, string> = {};
  for (const [name, value] of Object.entries(isObject(given) ? given : {})) {
    const ref: unknown = value;
    if (!isArtifactRef(ref)) {
      throw new MillraceError(
        'InvalidInput',
        `step ${context.step.id}: with.inputs.${name} is ${JSON.stringify(value)}, not an artifact`,
        'give it the output of another step, steps.<id>.data',
      );
    }
    paths[name] = await context.deps.artifacts.localPath(ref);
  }
  return paths;
}

function readValues({ inputs, step }: StepWorkContext): Record<string, string | number | boolean> {
  const given = inputs['values'];
  const values: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(isObject(given) ? given : {})) {
    if (typeof value === 'object') {
      throw new MillraceError(
        'InvalidInput',
        `step ${step.id}: with.values.${name} is ${JSON.stringify(value)}`,
        'give it a number, text or a boolean',
      );
    }
    values[name] = value;
  }
  return values;
}

function isObject(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
