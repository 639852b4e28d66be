import * as z from 'zod';
import { FEATURE_KINDS } from '../../contracts/index.js';
import { apiVersion } from '../schema/api-version.js';
import { closed, HINT_MARK } from '../schema/closed.js';
import { describe, duration, slug, text } from '../schema/scalars.js';

const kind = z.enum(FEATURE_KINDS).describe('What the values are.');

const featureSchema = z.union(
  [
    kind,
    closed(
      { type: kind, description: z.string().optional().describe('What it means, and its unit.') },
      {
        default: 'a feature that an entity does not have is missing: impute fills it',
        nullable: 'every feature may be missing',
      },
    ),
  ],
  {
    error: ({ input }) =>
      typeof input === 'string'
        ? `${describe(input)} is not a type of a feature${HINT_MARK}one of ${FEATURE_KINDS.join(', ')}`
        : `expected a type or a mapping with type, found ${describe(input)}`,
  },
);

const path = text('a path').min(1).max(4_096);

const RELATION = /^[A-Za-z_][A-Za-z0-9_]*$/;

const sourceMapping = closed(
  {
    path: path.optional().describe('A file, or a pattern such as data/rides/*.parquet.'),
    sql: text('a query').min(1).max(100_000).optional().describe('One DuckDB SELECT over files.'),
    files: z
      .record(
        z.string().regex(RELATION, {
          error: `not a name that SQL knows a table by${HINT_MARK}letters, digits and _: daily_rides`,
        }),
        path,
      )
      .refine((files) => Object.keys(files).length > 0, { error: 'no file is named' })
      .optional()
      .describe('Files or patterns by the name under which the query reads them.'),
  },
  {
    table: 'it is called path: a file',
    connection: 'a run: step of a pipeline can fetch it and write a file',
    url: 'a run: step of a pipeline can fetch it and write a file',
  },
).superRefine(({ path, sql, files }, context) => {
  const complain = (key: string, message: string) =>
    context.addIssue({ code: 'custom', path: [key], message, params: { code: 'misplaced' } });
  if (path !== undefined && sql !== undefined) {
    complain('sql', `a source has path or sql, never both${HINT_MARK}name the file under files:`);
  } else if (path !== undefined && files !== undefined) {
    complain('files', `files belong to sql${HINT_MARK}remove them, or write a query`);
  } else if (path === undefined && sql === undefined) {
    context.addIssue({
      code: 'custom',
      path: [],
      message: `the source names neither path nor sql${HINT_MARK}add path: data/rides/*.parquet`,
      params: { code: 'missing-key' },
    });
  } else if (sql !== undefined && files === undefined) {
    complain(
      'sql',
      `the query has no files to read${HINT_MARK}add files: {rides: data/rides.parquet}`,
    );
  }
});

const columnName = text('a column name').min(1).max(200);

const viewSchema = closed(
  {
    owner: text('who answers for it').min(1).describe('Who answers for it: a team or an address.'),
    description: z.string().optional().describe('What its values say.'),
    tags: z.array(text('a tag').min(1)).optional().describe('Words to find it by.'),
    entity: z
      .union([columnName, z.array(columnName).min(1)], {
        error: ({ input }) => `expected the key columns of the entity, found ${describe(input)}`,
      })
      .describe('Columns that tell whose values a row holds.'),
    timestamp: columnName.describe('Column that says from when on the values were known.'),
    source: z
      .union([path, sourceMapping], {
        error: ({ input }) => `expected a path or a mapping, found ${describe(input)}`,
      })
      .describe('Where the rows come from: Parquet, CSV or NDJSON files, or SQL over them.'),
    ttl: duration({ minMs: 1_000 })
      .optional()
      .describe('Older values count as missing; by default none is too old.'),
    features: z
      .record(columnName, featureSchema)
      .refine((features) => Object.keys(features).length > 0, { error: 'the view has no feature' })
      .describe('Its columns, by name, with their types.'),
  },
  {
    online: 'a materialize step writes the online store',
    offline: 'source: says where the rows are',
    schedule: 'a pipeline with a materialize step has a schedule',
    aggregations: 'a transform step calculates them',
    freshness: 'it is called ttl',
  },
);

export const featureFileSchema = closed(
  {
    apiVersion,
    features: z
      .record(slug('feature view'), viewSchema, {
        error: ({ input }) =>
          input === undefined
            ? undefined
            : `expected a mapping of feature views, found ${describe(input)}`,
      })
      .describe('Feature views by name.'),
  },
  {
    entities: 'they stand in each view',
    services: 'a features step names the views that it joins',
    include: 'a pipeline may join views of several files',
  },
);

export type FeatureFileSource = z.infer<typeof featureFileSchema>;
export type FeatureViewSource = FeatureFileSource['features'][string];
