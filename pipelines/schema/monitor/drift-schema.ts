import * as z from 'zod';
import { CONCEPT_DETECTORS, MONITORED_MULTIVARIATE_METHODS } from '../../../contracts/index.js';
import { closed } from '../closed.js';
import { DETECTOR_OPTIONS } from '../detector-options.js';
import { share, text } from '../scalars.js';

const columnName = text('a column name').min(1);

const options = z.record(z.string(), z.union([z.number(), z.boolean(), z.string(), z.null()]));

const jensenShannon = z.number().min(0).max(0.8326);

const distance = closed({
  distance: jensenShannon
    .default(0.1)
    .describe('Drift beyond this Jensen–Shannon distance (natural log, 0 to 0.8325). Default 0.1.'),
});

const featureDrift = z.union([
  z.literal(false),
  closed({
    shareOfColumns: share
      .default(0.1)
      .describe('Drift when more than this share of the columns drifted. Default 0.1.'),
    distance: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe("Drift also when one column's statistic is past this: KS or Jensen–Shannon."),
    columns: z
      .array(columnName)
      .min(1)
      .optional()
      .describe('Inputs that are watched. Default: all of them.'),
  }),
]);

const conceptDrift = closed({
  detector: z.enum(CONCEPT_DETECTORS).describe('Detector that takes the error of each row.'),
  options: options.default({}).describe('Options of the detector, as millrace detect has them.'),
}).superRefine(({ detector, options: given }, context) => {
  const { error } = DETECTOR_OPTIONS[detector].safeParse(given);
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

export const driftSchema = closed({
  features: featureDrift.prefault({}).describe('false: not watched.'),
  predictions: z
    .union([z.literal(false), distance])
    .prefault({})
    .describe('false: not watched.'),
  confidence: distance.optional().describe('Of a classification. Absent: not watched.'),
  multivariate: closed({
    method: z
      .enum(MONITORED_MULTIVARIATE_METHODS)
      .default('pca-reconstruction')
      .describe('As millrace drift has it. Default pca-reconstruction.'),
    options: options.default({}).describe('Options of the method.'),
  })
    .optional()
    .describe('All inputs together. Absent: not watched.'),
  labels: distance.optional().describe('Absent: labels are not watched.'),
  concept: conceptDrift.optional().describe('Absent: no detector watches the errors.'),
});
