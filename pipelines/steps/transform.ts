import * as z from 'zod';
import type { TransformInputs } from '../../contracts/index.js';
import { closed, HINT_MARK } from '../schema/closed.js';
import { text } from '../schema/scalars.js';
import { column, integer } from './fields.js';
import { artifact, orExpression, type Written } from './open-value.js';

const QUERY_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

const queryName = text('a name').regex(QUERY_NAME, {
  error: `not a name that SQL can say bare${HINT_MARK}letters, digits and underscores, not a digit first`,
});

const literalSql = z
  .string({
    error: `the SQL is written out, without expressions${HINT_MARK}give what changes as values: {name: …} and write $name for it`,
  })
  .trim()
  .min(1);

export const transformSchema = closed(
  {
    sql: literalSql.describe('One SELECT of DuckDB over the inputs. $name is one of the values.'),
    inputs: z
      .record(queryName, artifact('the data of an earlier step'))
      .refine((inputs) => Object.keys(inputs).length > 0, {
        error: `no input${HINT_MARK}inputs: {rides: …}`,
      })
      .describe('Name in the SQL → table of an earlier step.'),
    values: z
      .record(
        queryName,
        orExpression<string | number | boolean>(z.union([z.string(), z.number(), z.boolean()]), [
          'string',
          'number',
          'integer',
          'boolean',
          'timestamp',
          'duration',
        ]),
      )
      .optional()
      .describe('Name in the SQL, there with a $ before it → value.'),
    time: column.optional().describe('Column of the result that carries event time.'),
    memoryMb: integer(64, 1_000_000)
      .optional()
      .describe("Beyond it the query spills to disk. Default: a quarter of the machine's memory."),
  },
  {
    query: 'it is called sql',
    data: 'name it in the SQL: inputs: {rides: …}',
    output: 'its result is the output data',
    engine: 'DuckDB runs it',
    file: 'write the query out: sql: |',
  },
) satisfies z.ZodType<Written<TransformInputs>>;
