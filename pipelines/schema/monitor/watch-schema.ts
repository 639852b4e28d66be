import * as z from 'zod';
import { FAIRNESS_CRITERIA } from '../../../contracts/index.js';
import { closed, HINT_MARK } from '../closed.js';
import { bytes, duration, ratio, share, text } from '../scalars.js';

/** What is watched besides drift: data quality, slices, fairness, outliers, service. */

const columnName = text('a column name').min(1);
const scalar = z.union([z.string(), z.number(), z.boolean()]);

const columnLimits = {
  missing: share.optional().describe('More missing values than the reference. Default 10%.'),
  outOfRange: share.optional().describe('Numbers outside the plausible range. Default 2%.'),
  unseen: share.optional().describe('Categories that the reference never had. Default 10%.'),
};

export const qualitySchema = closed({
  ...columnLimits,
  duplicates: share
    .optional()
    .describe('Rows that equal another of the window in every input. Absent: counted alone.'),
  columns: z
    .record(z.string(), closed(columnLimits))
    .optional()
    .describe('Limits of single columns.'),
  volume: closed({
    below: ratio.optional().describe('Fewer rows than this share of the same hours before.'),
    above: ratio.optional().describe('More rows than this multiple, such as 3 or 300%.'),
  })
    .refine(({ below, above }) => below !== undefined || above !== undefined, {
      error: `neither below nor above is given${HINT_MARK}write below: 50%`,
    })
    .optional(),
});

const sliceCondition = z.union(
  [
    scalar,
    z.array(scalar).min(1),
    closed({
      from: z.number().optional().describe('Inclusive.'),
      to: z.number().optional().describe('Exclusive.'),
    }).refine(({ from, to }) => from === undefined || to === undefined || from < to, {
      error: 'from is not below to',
    }),
  ],
  { error: 'expected a value, a list of values, or {from, to}' },
);

export const slicesSchema = z
  .array(
    closed({
      name: text('a name of the slice').min(1).max(63).describe('As the measurements have it.'),
      where: z
        .record(z.string(), sliceCondition)
        .refine((where) => Object.keys(where).length > 0, {
          error: `a slice needs a column${HINT_MARK}write where: {season: winter}`,
        })
        .describe('Column → a value, some values, or {from, to}; all must hold.'),
    }),
  )
  .min(1)
  .max(100)
  .refine((slices) => new Set(slices.map(({ name }) => name)).size === slices.length, {
    error: 'two slices have the same name',
  });

export const fairnessSchema = z
  .array(
    closed({
      column: columnName.describe('Input or context column that names the group.'),
      criterion: z.enum(FAIRNESS_CRITERIA).default('demographicParity'),
      maxDifference: share.optional().describe('Largest difference of rates. Default 0.1.'),
      minRatio: share.optional().describe('Least ratio of rates; 0.8 is the four-fifths rule.'),
      positive: scalar.optional().describe('The favourable class. Default: the second.'),
    }),
  )
  .min(1)
  .max(50);

export const serviceSchema = closed({
  latencyP99: duration({ minMs: 1 }).optional().describe('Breach above, such as 200ms.'),
  errorShare: share.optional().describe('Failed requests over all: breach above.'),
  uptime: share.optional().describe('Probes answered over all: breach below.'),
  cpu: z.number().gt(0).max(1_024).optional().describe('Cores used by a gateway: breach above.'),
  memory: bytes.optional().describe('Of a gateway: breach above, such as 2GiB.'),
});

export const referenceSchema = z.union(
  [
    z.literal('champion'),
    closed({ trailing: duration({ minMs: 60_000 }).describe('The time before the window.') }),
    closed({ sameSeason: duration({ minMs: 60_000 }).describe('So long ago, such as 365d.') }),
    closed({ dataset: text('a path').min(1).describe('A file, relative to the pipeline file.') }),
  ],
  {
    error: `not a reference${HINT_MARK}write champion, {trailing: 28d}, {sameSeason: 365d} or {dataset: data/reference.parquet}`,
  },
);
