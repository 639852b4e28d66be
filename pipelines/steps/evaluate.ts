import * as z from 'zod';
import { type EvaluateInputs, METRIC_NAMES } from '../../contracts/index.js';
import { closed } from '../schema/closed.js';
import { choice, column } from './fields.js';
import { artifact, orExpression, type Written } from './open-value.js';

export const evaluateSchema = closed(
  {
    models: orExpression(z.array(artifact('a trained model')).min(1), ['artifact']).describe(
      'One trained model, or a list of them.',
    ),
    holdout: artifact('the hold-out of an earlier step').describe('Rows to measure on.'),
    target: column.describe('Column to predict.'),
    primaryMetric: choice([...METRIC_NAMES.regression, ...METRIC_NAMES.classification])
      .optional()
      .describe('By which the best of several is chosen.'),
  },
  {
    thresholds: 'gate: asks for them: metrics.f1 >= 0.8',
    bootstrap:
      'the comparison with the champion has its interval: monitor: {respond: {promote: …}}',
  },
) satisfies z.ZodType<Written<EvaluateInputs>>;
