import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FeatureColumn, FeatureSkew, FeatureUse } from '../../contracts/index.js';
import { queryRows, withDatabase } from '../../storage/tabular/database.js';
import { fileLiteral, identifier, numberLiteral } from '../../storage/tabular/sql-text.js';
import type { Table } from '../../storage/tabular/table.js';
import { writeParquet } from '../../storage/tabular/write-parquet.js';
import { joinPointInTime } from './join-point-in-time.js';

/** Columns of the rows that are compared, beside the key columns of the entities by their names. */
export const SKEW_COLUMN = {
  eventTime: 'millrace_served_at',
  /** What the model was given of a feature. */
  served: (feature: string) => `millrace_served_${feature}`,
  /** Whether that was looked up. */
  lookedUp: (feature: string) => `millrace_looked_up_${feature}`,
} as const;

export interface SkewRequest {
  /** Rows that were answered, with the columns that {@link SKEW_COLUMN} names. */
  readonly served: Table;
  readonly uses: readonly FeatureUse[];
  /** Paths of the definitions are read from here. */
  readonly baseDirectory: string;
  /** Numbers that differ by no more than this share of the larger one are equal. */
  readonly tolerance: number;
  readonly signal?: AbortSignal;
}

/**
 * Compares what models were given from the online store with what the offline source says of the same
 * entity at the same event time: training and serving differ by this much. A value that the model
 * lacked though the source has one differs too; one that the request brought itself is not compared.
 *
 * @returns one a feature, the largest share first
 * @throws MillraceError `InvalidInput` where a view's source does not hold what its definition says
 */
export async function measureSkew(request: SkewRequest): Promise<readonly FeatureSkew[]> {
  const { served, uses, baseDirectory, signal } = request;
  if (served.rows === 0) return [];
  const directory = await mkdtemp(join(tmpdir(), 'millrace-skew-'));
  try {
    const source = join(directory, 'served.parquet');
    const destination = join(directory, 'compared.parquet');
    await writeParquet(served, source);
    const time = SKEW_COLUMN.eventTime;
    const passed = { baseDirectory, source, destination, time, ...(signal && { signal }) };
    await joinPointInTime({ ...passed, uses });
    return await compare(destination, request);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function compare(
  path: string,
  { uses, tolerance, signal }: SkewRequest,
): Promise<readonly FeatureSkew[]> {
  const features = uses.flatMap(({ definition, columns }) =>
    definition.columns
      .filter(({ name }) => columns.includes(name))
      .map((column) => ({ view: definition.name, column })),
  );
  return withDatabase([path], signal, async (connection) => {
    const counts = features.flatMap(({ column }) => countsOf(column, tolerance));
    const [row = []] = await queryRows(
      connection,
      `SELECT ${counts.join(', ')} FROM read_parquet(${fileLiteral(path)})`,
    );
    const found = features.map(({ view, column }, index): FeatureSkew => {
      const [rows = 0, differing = 0, unknown = 0] = row
        .slice(3 * index, 3 * index + 3)
        .map(Number);
      const share = rows === 0 ? null : differing / rows;
      return { view, feature: column.name, rows, differing, missing: unknown, share };
    });
    return found.sort((a, b) => (b.share ?? -1) - (a.share ?? -1));
  });
}

/** Values that were looked up, those that differ, and those that only the source has. */
function countsOf({ name, kind }: FeatureColumn, tolerance: number): readonly string[] {
  const served = identifier(SKEW_COLUMN.served(name));
  const offline = identifier(name);
  // What a request left out was looked up, whether or not there was anything.
  const asked = `(coalesce(${identifier(SKEW_COLUMN.lookedUp(name))}, false) OR ${served} IS NULL)`;
  const limit = `${numberLiteral(tolerance)} * greatest(abs(${served}), abs(${offline}))`;
  const differs =
    kind === 'number' || kind === 'integer'
      ? `((${served} IS NULL) <> (${offline} IS NULL) OR coalesce(abs(${served} - ${offline}) > ${limit}, false))`
      : `${served} IS DISTINCT FROM ${offline}`;
  return [
    `count(*) FILTER (${asked})`,
    `count(*) FILTER (${asked} AND ${differs})`,
    `count(*) FILTER (${asked} AND ${served} IS NULL AND ${offline} IS NOT NULL)`,
  ];
}
