import * as z from 'zod';
import { METRIC_NAMES, parseDurationMs as ms, RISK_CLASSES } from '../../../contracts/index.js';
import { closed, HINT_MARK } from '../closed.js';
import { duration, share, text } from '../scalars.js';
import { driftSchema } from './drift-schema.js';
import { respondSchema } from './respond-schema.js';
import {
  fairnessSchema,
  qualitySchema,
  referenceSchema,
  serviceSchema,
  slicesSchema,
} from './watch-schema.js';

const METRICS = [...METRIC_NAMES.regression, ...METRIC_NAMES.classification] as const;

const count = z.number().int().min(1);
const channel = text('the name of a channel').min(1).max(63);

const windowSchema = closed({
  every: duration({ minMs: 60_000 }).default('7d').describe('Length of a window. Default 7d.'),
  slide: duration({ minMs: 60_000 })
    .optional()
    .describe('A window of that length ends each so much. Absent: one after the other.'),
  rows: count
    .max(1e9)
    .optional()
    .describe('A window ends once it has so many rows. Absent: windows are cut by time.'),
  minRows: count
    .max(1e9)
    .default(100)
    .describe('Fewer rows give the verdict insufficient. Default 100.'),
  allowedLateness: duration()
    .default('1d')
    .describe('A window closes when the data has gone on so far past its end. Default 1d.'),
  idleTimeout: duration({ minMs: 1_000 })
    .default('1h')
    .describe('It also closes when no row came for so long by the wall clock. Default 1h.'),
})
  .refine(({ slide, rows }) => slide === undefined || rows === undefined, {
    error: `slide and rows exclude each other${HINT_MARK}remove one of them`,
  })
  .refine(({ every, slide = every }) => (ms(slide) ?? 0) <= (ms(every) ?? Infinity), {
    path: ['slide'],
    error: `windows end less often than they are long, so the rows between them are in none${HINT_MARK}give slide at most the length of a window, every (7d where it is not given)`,
  });

export const monitorSchema = closed(
  {
    time: text('a column name').min(1).describe('Column that carries event time.'),
    window: windowSchema.prefault({}),
    labels: closed({
      delay: duration()
        .default('1d')
        .describe('Performance is measured so long after a window ended. Default 1d.'),
    }).prefault({}),
    reference: referenceSchema
      .optional()
      .describe('What windows are compared with. Default champion: its data at registration.'),
    quality: qualitySchema.optional().describe('Limits of data quality.'),
    freshness: closed({
      maxSilence: duration({ minMs: 1_000 }).describe('Alarm when no row came for so long.'),
    })
      .optional()
      .describe('Data is due. Absent: silence is no alarm.'),
    drift: driftSchema.prefault({}),
    performance: closed({
      metric: z.enum(METRICS).describe('Metric of the evaluation that is watched.'),
      worseThan: share
        .default(0.1)
        .describe('Relative loss against the baseline at registration. Default 10%.'),
    })
      .optional()
      .describe('Absent: performance is not watched.'),
    estimate: closed({
      metric: z.enum(METRICS).optional().describe('Default: that of performance.'),
      worseThan: share.optional().describe('Default: that of performance, else 10%.'),
    })
      .optional()
      .describe('Performance before labels come. Absent: not estimated.'),
    slices: slicesSchema.optional().describe('Parts of the rows, measured apart.'),
    fairness: fairnessSchema.optional().describe('Groups that are to be treated alike.'),
    outliers: closed({
      maxShare: share.default(0.05).describe('Breach above this share of rows. Default 5%.'),
    })
      .optional()
      .describe('Absent: not watched.'),
    featureSkew: closed({
      maxShare: share
        .default(0.01)
        .describe('Breach when more of the looked-up values of a feature differ. Default 1%.'),
      tolerance: share
        .default(1e-6)
        .describe('Numbers this close are equal, relative to the larger. Default 1e-6.'),
    })
      .optional()
      .describe('Looked-up features against the offline source. Absent: not compared.'),
    shadow: closed({
      maxRows: count.max(1_000_000).default(10_000).describe('Rows of a window. Default 10000.'),
    })
      .optional()
      .describe('The newest version above the champion is asked the same rows. Absent: none is.'),
    service: serviceSchema.optional().describe('Thresholds of service health.'),
    risk: z
      .enum(RISK_CLASSES)
      .optional()
      .describe('low: automatic; medium: can be undone; high: a person approves. Default low.'),
    review: closed({
      confidenceBelow: z.number().gt(0).max(1).optional().describe('Of the predicted class.'),
      perWindow: count.max(10_000).default(50).describe('Most items a window. Default 50.'),
    })
      .optional()
      .describe('Uncertain predictions that people are asked about. Absent: none.'),
    notify: z
      .array(
        z.union([
          channel,
          closed({
            channel,
            severity: z
              .enum(['info', 'warning', 'critical'])
              .default('warning')
              .describe('Least severity. Default warning.'),
            repeat: duration({ minMs: 60_000 })
              .optional()
              .describe('An open incident is told again after so long.'),
          }),
        ]),
      )
      .min(1)
      .max(20)
      .optional()
      .describe('Who is told, by the channels of this installation.'),
    respond: respondSchema.prefault({}),
  },
  {
    features: 'it stands in drift: {features: …}',
    segments: 'it is called slices: [{name: …, where: …}]',
  },
);

export type MonitorSource = z.infer<typeof monitorSchema>;
