import * as z from 'zod';
import {
  type DeployInputs,
  PROMOTED_VERSIONS,
  type RolloutInputs,
  RolloutProblem,
  rolloutSpec,
  STRATEGIES,
} from '../../contracts/index.js';
import { suggestion } from '../nearest.js';
import { closed, HINT_MARK } from '../schema/closed.js';
import { describe, duration, text } from '../schema/scalars.js';
import { column, integer } from './fields.js';
import { OpenValue, orExpression, type Written } from './open-value.js';

const strategy = z.enum(STRATEGIES, {
  error: ({ input }) => {
    const near = suggestion(String(input), STRATEGIES);
    const hint = near ?? `there are ${STRATEGIES.join(', ')}`;
    return `unknown strategy: ${describe(input)}${HINT_MARK}${hint}`;
  },
});

const percent = z
  .union([z.number().int().min(0).max(100), z.string().regex(/^(100|\d{1,2})%?$/)], {
    error: `not a whole percent${HINT_MARK}write 10 or 10%`,
  })
  .meta({ examples: [10, '10%'] });

const metric = z.union([
  text('a metric'),
  closed({
    metric: text('a metric').describe(
      'errorRate, latencyMs, disagreement, mae, mape, accuracy, logLoss, brierScore or business.<name>.',
    ),
    judge: z
      .enum(['guardrail', 'nonInferiority', 'superiority'])
      .optional()
      .describe(
        'guardrail: fails once shown worse by more than the margin. nonInferiority: passes once shown worse by less. superiority: passes once shown better. Default guardrail.',
      ),
    margin: z
      .union([z.number().min(0).max(1e12), z.string().regex(/^\d+(\.\d+)?%$/)], {
        error: `not a margin${HINT_MARK}a number in the metric's unit, or a share such as 5%`,
      })
      .optional()
      .describe("In the metric's unit, or a share of the champion's value. Default 0."),
    higherIsBetter: z.boolean().optional().describe('Of a business metric. Default true.'),
    alpha: z.number().gt(0).lt(1).optional().describe('Chance of a false alarm. Default 0.05.'),
  }),
]);

const count = (least: number) => z.number().int().min(least).max(1_000_000).optional();

const analysis = closed({
  metrics: z.array(metric).min(1).max(20).optional(),
  minSamples: count(1).describe('Rows that each arm needs before any verdict. Default 100.'),
  initialDelay: duration().optional(),
  interval: duration({ minMs: 1_000 }).optional().describe('Default 1m; of an A/B test 1h.'),
  count: count(1).describe('Looks that have to pass. Default 3; of an A/B test 1.'),
  failureLimit: count(0).describe('Default 0.'),
  inconclusiveLimit: count(0).describe('Default: as many as it takes.'),
  consecutiveErrorLimit: count(0).describe('Default 4.'),
  timeout: duration().optional().describe('Default 1d; of an A/B test 14d.'),
});

const step = z.union(
  [
    z.enum(['analyse', 'pause']),
    closed({ setWeight: percent }),
    closed({ pause: z.union([duration(), z.null()]) }),
    closed({ analyse: analysis }),
  ],
  {
    error: `not a step${HINT_MARK}{setWeight: 10}, {pause: 10m}, pause, analyse or {analyse: {…}}`,
  },
);

export const deploySchema = closed(
  {
    version: integer(1, Number.MAX_SAFE_INTEGER).describe('Version that is to become champion.'),
    strategy: orExpression(strategy, ['string'])
      .optional()
      .describe('How it comes into service. Default replace.'),
    promote: z
      .enum(PROMOTED_VERSIONS)
      .optional()
      .describe(
        'Which versions may take the place of a champion. compared: those that evaluate compared with it. uncompared: every one, of a pipeline without evaluate. Default compared.',
      ),
    steps: z
      .array(step)
      .min(1)
      .max(100)
      .optional()
      .describe('Of a canary. Default: 10 %, analyse, 50 %, analyse.'),
    analysis: z
      .union([analysis, z.literal(false)])
      .optional()
      .describe('How the arms are compared; false: not at all.'),
    split: percent.optional().describe('Share of the version in an A/B test. Default 50.'),
    stickyBy: column.optional().describe('Column whose value keeps its arm.'),
    seed: text('text').max(200).optional().describe('Of the assignment. Default: new each time.'),
    whenPassed: z
      .enum(['promote', 'keep'])
      .optional()
      .describe('keep: a person decides. Default promote.'),
    keep: duration({ maxMs: 366 * 86_400_000 })
      .optional()
      .describe('Of blue/green: how long the version before is held ready. Default 1h.'),
  },
  {
    target: 'the gateways of the installation serve the champion: there is one target',
    timeout: 'it stands beside uses:',
    approval: 'an approve step before this one asks; register has approval: pending',
  },
).superRefine((inputs, context) => {
  // What is wrong by itself has been told; an expression is not known yet.
  if (context.issues.length > 0 || isOpen(inputs.strategy)) return;
  try {
    rolloutSpec(inputs as RolloutInputs);
  } catch (error) {
    if (!(error instanceof RolloutProblem)) throw error;
    context.addIssue({ code: 'custom', message: error.message, path: [error.key] });
  }
}) satisfies z.ZodType<Written<DeployInputs>>;

function isOpen(value: unknown): boolean {
  return value instanceof OpenValue;
}
