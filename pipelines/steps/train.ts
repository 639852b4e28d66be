import * as z from 'zod';
import { ALGORITHMS, type TrainInputs } from '../../contracts/index.js';
import { closed } from '../schema/closed.js';
import { choice, column, columns, eventTime, flag, integer, real } from './fields.js';
import { artifact, orExpression, type Written } from './open-value.js';

export const trainSchema = closed(
  {
    data: artifact('the data of an earlier step').describe('Table to learn from.'),
    target: column.describe('Column to predict.'),
    task: choice(['regression', 'classification'])
      .optional()
      .describe('Default: classification for a text or boolean target.'),
    algorithm: choice(ALGORITHMS).optional().describe('Default gradient-boosting.'),
    seed: integer(0, 4_294_967_295).optional().describe('Default 42.'),
    features: columns.optional().describe('Columns to learn from. Default: all others.'),
    exclude: columns.optional().describe('Columns not to learn from.'),
    optional: columns
      .optional()
      .describe('Columns that requests may leave out, although the data always has them.'),
    context: z
      .array(closed({ name: column, role: choice(['time', 'key', 'group', 'entity']) }))
      .optional()
      .describe('Columns that requests may carry and that are logged, but not learned from.'),
    trees: integer(1, 10_000).optional().describe('Of a boosting or a forest. Default 200.'),
    depth: integer(1, 64).optional().describe('Greatest depth of a tree.'),
    learningRate: real(1e-6, 1).optional().describe('Of boosting and the perceptron.'),
    neighbours: integer(1, 10_000).optional().describe('Of k-nearest neighbours. Default 5.'),
    hiddenLayers: orExpression(z.array(z.number().int().min(1).max(4_096)).min(1).max(8), [])
      .optional()
      .describe('Units per layer of the perceptron. Default [64, 32].'),
    maxIterations: integer(1, 1_000_000)
      .optional()
      .describe('Of linear, logistic and the perceptron.'),
    corruptLabels: real(0, 1)
      .optional()
      .describe('Share of the labels to spoil, for demonstrations of a bad version. Default 0.'),
    weights: closed({ before: eventTime, weight: real(0, 1) })
      .optional()
      .describe('Rows before a time count less. Default: all count the same.'),
    warmStart: flag
      .optional()
      .describe('Go on from the champion where that can be. Default false.'),
  },
  {
    hyperparameters: 'write them here themselves: trees, depth, learningRate, …',
    validation: 'validate keeps a hold-out back, evaluate measures on it',
    folds: 'measure on a hold-out: validate keeps one back',
    library: 'algorithm chooses among the built-in ones; a run: step trains with any library',
    search: 'a tune step searches over a pipeline that trains',
  },
) satisfies z.ZodType<Written<TrainInputs>>;
