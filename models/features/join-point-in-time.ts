import type { DuckDBConnection } from '@duckdb/node-api';
import { FEATURES_KEY, type FeatureUse, MillraceError } from '../../contracts/index.js';
import { queryRows, withDatabase } from '../../storage/tabular/database.js';
import { copyToParquet, publishParquet } from '../../storage/tabular/publish-parquet.js';
import { openSource, type Source } from '../../storage/tabular/source.js';
import { identifier } from '../../storage/tabular/sql-text.js';
import { TIME_COLUMN_KEY } from '../../storage/tabular/table.js';
import { openTableFile } from '../../storage/tabular/table-file.js';
import { eventTimeOf } from '../../storage/tabular/time-column.js';
import { keyText } from './entity-key.js';
import { findOfflineFiles, OFFLINE_COLUMN, pathsOf, readOfflineRows } from './offline-rows.js';
import { usesOfTable } from './table-features.js';

export interface PointInTimeRequest {
  /** Parquet file whose rows name entities and event times. */
  readonly source: string;
  readonly uses: readonly FeatureUse[];
  /** Paths of the definitions are read from here. */
  readonly baseDirectory: string;
  /** Column of event time; default: the one that the file's metadata names. */
  readonly time?: string;
  /** The Parquet file to make. */
  readonly destination: string;
  readonly signal?: AbortSignal;
}

export interface PointInTimeTable {
  readonly rows: number;
  /** By the view's name: rows for which it had no row in time. */
  readonly missing: { readonly [view: string]: number };
}

/**
 * Gives each row the features of its entity as they were known at its event time: of the view's rows
 * of that entity the latest that is not later, and none where it is older than the view's `ttl`. Rows
 * keep their order; the views are named in the new table's metadata.
 *
 * @throws MillraceError `InvalidInput` where a key column or the time is missing, a feature has the
 * name of a column, or a view's source does not hold what its definition says
 */
export async function joinPointInTime(request: PointInTimeRequest): Promise<PointInTimeTable> {
  const file = await openTableFile(request.source, 'parquet');
  const views = await Promise.all(
    request.uses.map(({ definition }) => findOfflineFiles(definition, request.baseDirectory)),
  );
  let made: PointInTimeTable | null = null;
  await publishParquet(request.destination, (temporary) =>
    withDatabase(
      [file.path, temporary, ...views.flatMap(pathsOf)],
      request.signal,
      async (connection) => {
        // Before anything else has a name that their SQL might use.
        for (const [index, view] of views.entries()) {
          const columns = request.uses[index]?.columns ?? [];
          await readOfflineRows(connection, view, {
            relation: relation(index),
            columns,
            untilMs: null,
          });
        }
        const source = await openSource(connection, file, 'often');
        made = await joinViews(connection, source, request, temporary);
      },
    ),
  );
  if (made === null) throw new MillraceError('Internal', 'joinPointInTime: nothing was written');
  return made;
}

async function joinViews(
  connection: DuckDBConnection,
  source: Source,
  { uses, time }: PointInTimeRequest,
  temporary: string,
): Promise<PointInTimeTable> {
  const timeName = time ?? source.metadata[TIME_COLUMN_KEY];
  if (timeName === undefined) {
    throw new MillraceError(
      'InvalidInput',
      'the rows have no event time, so what was known at theirs cannot be told',
      'name the column that carries event time (`time`)',
    );
  }
  const eventTime = await eventTimeOf(connection, source, timeName, 'true');
  refuseTakenNames(source, uses);
  const keys = new Map<string, string>();
  for (const { definition } of uses) {
    for (const name of definition.entity) {
      const [column] = source.pick([name]);
      const kind = column?.kind ?? 'string';
      keys.set(name, keyText({ kind, expression: identifier(name) }));
    }
  }
  const keyColumns = [...keys].map(([name, sql]) => `${sql} AS ${identifier(`${KEY}${name}`)}`);
  await connection.run(
    `CREATE TEMP TABLE ${JOINED} AS
     SELECT base.*, ${uses.map(featuresOf).join(', ')}
     FROM (SELECT *, ${keyColumns.join(', ')}, ${eventTime} AS ${EVENT_TIME}, row_number() OVER () AS ${LINE} FROM source) AS base
     ${uses.map(asOfJoin).join('\n')}`,
  );
  const counts = uses.map((_, index) => `count(*) FILTER (NOT ${FOUND}${index})`);
  const [row = []] = await queryRows(connection, `SELECT ${counts.join(', ')} FROM ${JOINED}`);
  const kept = [
    ...source.columns.map(({ name }) => name),
    ...uses.flatMap(({ columns }) => columns),
  ].map(identifier);
  const known = usesOfTable(source.metadata);
  const rows = await copyToParquet(
    connection,
    `SELECT ${kept.join(', ')} FROM ${JOINED} ORDER BY ${LINE}`,
    temporary,
    {
      ...source.metadata,
      [TIME_COLUMN_KEY]: timeName,
      [FEATURES_KEY]: JSON.stringify([...known, ...uses]),
    },
  );
  const missing = uses.map(({ definition }, index) => [definition.name, Number(row[index])]);
  return { rows, missing: Object.fromEntries(missing) };
}

const JOINED = 'millrace_joined';
const KEY = 'millrace_key_of_';
const EVENT_TIME = 'millrace_event_time';
const LINE = 'millrace_line';
const FOUND = 'millrace_found_';

function relation(index: number): string {
  return `millrace_view_${index}`;
}

/** A view's features, missing where its row is too old, and whether there was a row in time. */
function featuresOf({ definition, columns }: FeatureUse, index: number): string {
  const at = `${relation(index)}.${OFFLINE_COLUMN.at}`;
  const { ttlMs } = definition;
  const inTime =
    ttlMs === null
      ? `${at} IS NOT NULL`
      : `coalesce(epoch_ms(base.${EVENT_TIME}) - epoch_ms(${at}) <= ${ttlMs}, false)`;
  const features = columns.map(
    (name) =>
      `CASE WHEN ${inTime} THEN ${relation(index)}.${identifier(name)} END AS ${identifier(name)}`,
  );
  return [...features, `${inTime} AS ${FOUND}${index}`].join(', ');
}

function asOfJoin({ definition }: FeatureUse, index: number): string {
  const keys = definition.entity.map(
    (name, place) =>
      `base.${identifier(`${KEY}${name}`)} = ${relation(index)}.${OFFLINE_COLUMN.key(place)}`,
  );
  const notLater = `base.${EVENT_TIME} >= ${relation(index)}.${OFFLINE_COLUMN.at}`;
  return `ASOF LEFT JOIN ${relation(index)} ON ${[...keys, notLater].join(' AND ')}`;
}

function refuseTakenNames(source: Source, uses: readonly FeatureUse[]): void {
  const taken = new Set(source.columns.map(({ name }) => name));
  for (const { definition, columns } of uses) {
    const clash = columns.find((name) => taken.has(name));
    if (clash === undefined) continue;
    throw new MillraceError(
      'InvalidInput',
      `the rows have a column ${clash} already, which feature view ${definition.name} gives too`,
      'leave it out when the rows are read (`columns`), or name single features of the view',
    );
  }
}
