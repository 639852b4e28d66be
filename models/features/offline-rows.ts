import type { DuckDBConnection } from '@duckdb/node-api';
import {
  type FeatureColumn,
  type FeatureDefinition,
  isMillraceError,
  MillraceError,
} from '../../contracts/index.js';
import { checkQuery } from '../../storage/tabular/check-query.js';
import { sourceColumn } from '../../storage/tabular/column-kind.js';
import { queryRows } from '../../storage/tabular/database.js';
import { openSourceFiles, scanOfFiles } from '../../storage/tabular/source-files.js';
import { identifier, timestampLiteral } from '../../storage/tabular/sql-text.js';
import { firstLine, missingColumn } from '../../storage/tabular/table-error.js';
import type { TableFile } from '../../storage/tabular/table-file.js';
import { textAsTime } from '../../storage/tabular/text-kind.js';
import { keyText } from './entity-key.js';

/** Columns of a relation made by {@link readOfflineRows}, beside the features by their names. */
export const OFFLINE_COLUMN = {
  /** TIMESTAMP: from when on the values were known. */
  at: 'millrace_at',
  /** Text of a key column of the entity, by its place. */
  key: (index: number) => `millrace_key_${index}`,
} as const;

/** The files that a view's source reads, found before a database is opened for them. */
export interface OfflineFiles {
  readonly definition: FeatureDefinition;
  readonly files: readonly { readonly name: string; readonly files: readonly TableFile[] }[];
}

/** @throws MillraceError `InvalidInput` naming the view, where a file is missing or unreadable */
export async function findOfflineFiles(
  definition: FeatureDefinition,
  baseDirectory: string,
): Promise<OfflineFiles> {
  const files = await Promise.all(
    definition.source.files.map(async ({ name, path }) => ({
      name,
      files: await openSourceFiles(path, baseDirectory).catch((error: unknown) => {
        throw ofView(definition, error);
      }),
    })),
  );
  return { definition, files };
}

export function pathsOf({ files }: OfflineFiles): readonly string[] {
  return files.flatMap((named) => named.files.map(({ path }) => path));
}

/**
 * Makes a table of a view's rows: the text of each key column, the time, and these features, each of
 * its declared type. Of the rows of one entity and time the last one of the source stays; rows
 * without a key are nobody's and left out.
 *
 * @param relation - name of the table to make
 * @param untilMs - later rows are left out; `null`: none is
 * @throws MillraceError `InvalidInput` naming the view: a column is missing or of another type, a row
 * has no time, or the query is not valid
 */
export async function readOfflineRows(
  connection: DuckDBConnection,
  { definition, files }: OfflineFiles,
  wanted: {
    readonly relation: string;
    readonly columns: readonly string[];
    readonly untilMs: number | null;
  },
): Promise<void> {
  const { relation, columns, untilMs } = wanted;
  const raw = `${relation}_raw`;
  try {
    await openRaw(connection, definition, files, raw);
    const types = await columnTypes(connection, raw);
    const time = await timeOf(connection, definition, types, raw);
    const keys = definition.entity.map((name) => keyText(typed(definition, types, name)));
    const kept = definition.columns.filter(({ name }) => columns.includes(name));
    const features = kept.map((column) => featureOf(definition, types, column));
    await refuseInexact(connection, definition, types, kept, raw);
    const selected = [
      ...keys.map((sql, index) => `${sql} AS ${OFFLINE_COLUMN.key(index)}`),
      `${time} AS ${OFFLINE_COLUMN.at}`,
      ...features,
    ];
    const known = keys.map((_, index) => `${OFFLINE_COLUMN.key(index)} IS NOT NULL`);
    const partition = [...keys.map((_, index) => OFFLINE_COLUMN.key(index)), OFFLINE_COLUMN.at];
    const early =
      untilMs === null ? 'true' : `${OFFLINE_COLUMN.at} <= ${timestampLiteral(untilMs)}`;
    await connection.run(
      `CREATE TEMP TABLE ${relation} AS
       SELECT * EXCLUDE (millrace_line) FROM (
         SELECT ${selected.join(', ')}, row_number() OVER () AS millrace_line FROM ${raw} AS raw
       ) WHERE ${known.join(' AND ')} AND ${early}
       QUALIFY row_number() OVER (PARTITION BY ${partition.join(', ')} ORDER BY millrace_line DESC) = 1`,
    );
    await connection.run(`DROP TABLE ${raw}`);
  } catch (error) {
    throw ofView(definition, error);
  }
}

async function openRaw(
  connection: DuckDBConnection,
  { source }: FeatureDefinition,
  files: OfflineFiles['files'],
  raw: string,
): Promise<void> {
  if (source.sql === null) {
    const scan = scanOfFiles(files[0]?.files ?? []);
    await connection.run(`CREATE TEMP TABLE ${raw} AS SELECT * FROM ${scan}`);
    return;
  }
  const defect = await checkQuery(connection, source.sql);
  if (defect !== null) {
    throw new MillraceError('InvalidInput', `its SQL ${defect.problem}`, defect.hint);
  }
  for (const named of files) {
    const scan = scanOfFiles(named.files);
    await connection.run(`CREATE TEMP VIEW ${identifier(named.name)} AS SELECT * FROM ${scan}`);
  }
  await connection.run(`CREATE TEMP TABLE ${raw} AS\n${source.sql}`);
  for (const { name } of files) await connection.run(`DROP VIEW ${identifier(name)}`);
}

type ColumnTypes = ReadonlyMap<string, string>;

async function columnTypes(connection: DuckDBConnection, raw: string): Promise<ColumnTypes> {
  const rows = await queryRows(connection, `DESCRIBE ${raw}`);
  return new Map(rows.map(([name, type]) => [String(name), String(type)]));
}

function typed(definition: FeatureDefinition, types: ColumnTypes, name: string) {
  const type = types.get(name);
  if (type !== undefined) return sourceColumn(name, `raw.${identifier(name)}`, type);
  const known = [...types.keys()].map((column) => ({ name: column }));
  throw missingColumn(name, definition.source.sql === null ? 'its source' : 'its SQL', known);
}

async function timeOf(
  connection: DuckDBConnection,
  definition: FeatureDefinition,
  types: ColumnTypes,
  raw: string,
): Promise<string> {
  const { timestamp } = definition;
  const { kind, expression } = typed(definition, types, timestamp);
  if (kind !== 'timestamp' && kind !== 'string') {
    throw new MillraceError(
      'InvalidInput',
      `its timestamp ${timestamp} holds values of kind ${kind}, not times`,
      'write times as timestamps or as text such as 2011-07-01T05:00:00Z',
    );
  }
  const time = kind === 'timestamp' ? expression : textAsTime(expression);
  const [row = []] = await queryRows(
    connection,
    `SELECT count(*) FROM ${raw} AS raw WHERE (${time}) IS NULL`,
  );
  if (Number(row[0]) === 0) return `(${time})`;
  throw new MillraceError(
    'InvalidInput',
    `${row[0]} rows have no time in ${timestamp}`,
    `leave them out with SQL: SELECT … WHERE ${timestamp} IS NOT NULL`,
  );
}

/** A feature as its declared type, NaN as missing. */
function featureOf(
  definition: FeatureDefinition,
  types: ColumnTypes,
  column: FeatureColumn,
): string {
  const { kind, expression } = typed(definition, types, column.name);
  const name = identifier(column.name);
  if (kind === column.kind) return `${expression} AS ${name}`;
  const cast = CASTS[column.kind];
  const whole = column.kind === 'integer' && kind === 'number';
  if (kind === 'string' || cast === undefined || whole || !castable(kind, column.kind)) {
    throw new MillraceError(
      'InvalidInput',
      `${column.name} holds values of kind ${kind}, its type is ${column.kind}`,
      `declare ${column.name}: ${kind === 'timestamp' ? 'string' : kind}, or convert it with SQL`,
    );
  }
  return `CAST(${expression} AS ${cast}) AS ${name}`;
}

/**
 * Whole numbers that a request or a model's input could not hold: what is learned from would be others
 * than what is served.
 */
async function refuseInexact(
  connection: DuckDBConnection,
  definition: FeatureDefinition,
  types: ColumnTypes,
  columns: readonly FeatureColumn[],
  raw: string,
): Promise<void> {
  const integers = columns.filter(({ kind }) => kind === 'integer');
  if (integers.length === 0) return;
  const [most, least] = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
  const firsts = integers.map(({ name }) => {
    const { expression } = typed(definition, types, name);
    return `first(${expression}) FILTER (${expression} NOT BETWEEN ${least} AND ${most})`;
  });
  const [row = []] = await queryRows(connection, `SELECT ${firsts.join(', ')} FROM ${raw} AS raw`);
  const at = row.findIndex((value) => value !== null);
  if (at === -1) return;
  const name = integers[at]?.name ?? '';
  throw new MillraceError(
    'InvalidInput',
    `${name} holds ${row[at]}, a whole number beyond ±${most}: as a number it would be another one`,
    `declare ${name}: number, which rounds it, or string`,
  );
}

const CASTS = {
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  string: 'VARCHAR',
} as const;

function castable(from: string, to: FeatureColumn['kind']): boolean {
  return (
    to === 'string' ||
    (from === 'integer' && to === 'number') ||
    (from === 'boolean' && to !== 'boolean')
  );
}

/** Says whose source is meant. */
function ofView({ name }: FeatureDefinition, error: unknown): unknown {
  if (isMillraceError(error)) {
    if (error.message.startsWith(`feature view ${name}: `)) return error;
    return new MillraceError(error.type, `feature view ${name}: ${error.message}`, error.hint, {
      cause: error,
    });
  }
  if (!(error instanceof Error) || /^(INTERNAL|FATAL|INTERRUPT)/i.test(error.message)) return error;
  return new MillraceError(
    'InvalidInput',
    `feature view ${name}: ${firstLine(error.message)}`,
    'mend the SQL or the files of its source',
    { cause: error },
  );
}
