import * as z from 'zod';
import { CONCEPT_DETECTORS, METRIC_NAMES } from '../../contracts/index.js';
import { closed, HINT_MARK } from './closed.js';
import { DETECTOR_OPTIONS } from './detector-options.js';
import { duration, share, text } from './scalars.js';

const METRICS = [...METRIC_NAMES.regression, ...METRIC_NAMES.classification] as const;

const featureDrift = z.union([
  z.literal(false),
  closed({
    shareOfColumns: share
      .default(0.1)
      .describe('Drift when more than this share of the columns drifted. Default 0.1.'),
  }),
]);

const distance = closed({
  distance: z
    .number()
    .min(0)
    .max(0.8326)
    .default(0.1)
    .describe('Drift beyond this Jensen–Shannon distance (natural log, 0 to 0.8325). Default 0.1.'),
});

const predictionDrift = z.union([z.literal(false), distance]);

const conceptDrift = closed({
  detector: z.enum(CONCEPT_DETECTORS).describe('Detector that takes the error of each row.'),
  options: z
    .record(z.string(), z.union([z.number(), z.boolean(), z.string(), z.null()]))
    .default({})
    .describe('Options of the detector, as millrace detect has them.'),
}).superRefine(({ detector, options }, context) => {
  const { error } = DETECTOR_OPTIONS[detector].safeParse(options);
  for (const issue of error?.issues ?? []) {
    const { message, path } = issue;
    context.addIssue({
      code: 'custom',
      message,
      path: ['options', ...path],
      params: issue.code === 'custom' ? {} : { issue },
    });
  }
});

const count = z.number().int().min(1);

const guards = closed({
  breaches: text('text such as 2 of 3')
    .regex(/^\d+ of \d+$/, { error: `not a number of windows${HINT_MARK}write 2 of 3` })
    .default('2 of 3')
    .describe('Act when so many of the last windows breached. Default 2 of 3.'),
  cooldown: duration()
    .default('24h')
    .describe('Least event time between two automatic retrains. Default 24h.'),
  maxRetrains: text('text such as 4 per 30d')
    .regex(/^\d+ per (\d+(\.\d+)?(ms|s|m|h|d|w))+$/, {
      error: `not a budget${HINT_MARK}write 4 per 30d`,
    })
    .default('4 per 30d')
    .describe('Budget of automatic retrains. Default 4 per 30d.'),
  stopAfterIneffective: count
    .max(100)
    .default(2)
    .describe('Hold automatic retrains after so many in a row that promoted nothing. Default 2.'),
  postDeployWindows: count
    .max(100)
    .default(3)
    .describe('A champion counts as freshly deployed for so many windows. Default 3.'),
});

const respond = closed(
  {
    dataDrift: z.enum(['alert', 'retrain']).default('alert').describe('Default alert.'),
    performance: z.enum(['alert', 'retrain']).default('alert').describe('Default alert.'),
    predictionDrift: z
      .enum(['alert', 'rollback'])
      .optional()
      .describe('Predictions moved while no input did. Default alert.'),
    labelDrift: z
      .enum(['alert', 'retrain'])
      .optional()
      .describe('Labels moved while no loss is seen. Default alert.'),
    regressionAfterDeploy: z
      .enum(['alert', 'rollback'])
      .default('rollback')
      .describe('Default rollback.'),
    retrain: closed({
      params: z
        .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
        .default({})
        .describe('Parameters of a retraining run, over window, trigger and params.'),
    }).prefault({}),
    guards: guards.prefault({}),
  },
  ['dataQuality', 'conceptDrift', 'quarantine', 'recalibrate'],
);

export const monitorSchema = closed(
  {
    time: text('a column name').min(1).describe('Column that carries event time.'),
    window: closed({
      every: duration({ minMs: 60_000 }).default('7d').describe('Length of a window. Default 7d.'),
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
    }).prefault({}),
    labels: closed({
      delay: duration()
        .default('1d')
        .describe('Performance is measured so long after a window ended. Default 1d.'),
    }).prefault({}),
    drift: closed(
      {
        features: featureDrift.prefault({}).describe('false: not watched.'),
        predictions: predictionDrift.prefault({}).describe('false: not watched.'),
        labels: distance.optional().describe('Absent: labels are not watched.'),
        concept: conceptDrift.optional().describe('Absent: no detector watches the errors.'),
      },
      ['multivariate'],
    ).prefault({}),
    performance: closed({
      metric: z.enum(METRICS).describe('Metric of the evaluation that is watched.'),
      worseThan: share
        .default(0.1)
        .describe('Relative loss against the baseline at registration. Default 10%.'),
    })
      .optional()
      .describe('Absent: performance is not watched.'),
    respond: respond.prefault({}),
  },
  ['quality', 'service', 'estimate', 'features', 'segments', 'notify'],
);

export type MonitorSource = z.infer<typeof monitorSchema>;
