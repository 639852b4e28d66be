import type { z } from 'zod';
import { DATA_FORMATS, type IngestInputs } from '../../contracts/index.js';
import { closed, HINT_MARK } from '../schema/closed.js';
import { text } from '../schema/scalars.js';
import { choice, column, columns, eventTime } from './fields.js';
import { OpenValue, orExpression, type Written } from './open-value.js';

export const ingestSchema = closed(
  {
    source: orExpression(text('a path').min(1), ['string']).describe(
      'Path of a Parquet, CSV or NDJSON file, relative to the pipeline file.',
    ),
    format: choice(DATA_FORMATS).optional().describe("Default: by the file's extension."),
    time: column.optional().describe('Column that carries event time; from and to need it.'),
    from: eventTime.optional().describe('First event time that is kept.'),
    to: eventTime.optional().describe('First event time that is no longer kept.'),
    where: orExpression(text('a DuckDB predicate').min(1), ['string'])
      .optional()
      .describe('Rows to keep, as a DuckDB SQL predicate.'),
    columns: columns.optional().describe('Columns to keep, in this order.'),
  },
  {
    url: 'a run: step can fetch it and hand on a file',
    query: 'a run: step can fetch it and hand on a file',
    connection: 'a run: step can fetch it and hand on a file',
    sample: 'where: takes a DuckDB predicate; millrace test takes samples by itself',
    limit: 'where: takes a DuckDB predicate; from and to bound the event time',
  },
).superRefine((inputs, context) => {
  for (const bound of ['from', 'to'] as const) {
    if (inputs[bound] !== undefined && inputs.time === undefined) {
      context.addIssue({
        code: 'custom',
        path: [bound],
        message: `${bound} needs the column of event time${HINT_MARK}add time: <column>`,
      });
    }
  }
  const { from, to } = inputs;
  if (isText(from) && isText(to) && Date.parse(from) >= Date.parse(to)) {
    context.addIssue({
      code: 'custom',
      path: ['to'],
      message: `to (${to}) is not after from (${from})`,
      params: { code: 'out-of-range' },
    });
  }
}) satisfies z.ZodType<Written<IngestInputs>>;

function isText(value: unknown): value is string {
  return typeof value === 'string' && !((value as unknown) instanceof OpenValue);
}
