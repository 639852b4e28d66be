import * as z from 'zod';
import {
  AUTOMATIONS,
  RESPONSE_ACTIONS,
  type ResponseAction,
  RISK_CLASSES,
} from '../../../contracts/index.js';
import { closed, HINT_MARK } from '../closed.js';
import { duration, share, text } from '../scalars.js';

const count = z.number().int().min(1);
const channel = text('the name of a channel').min(1).max(63);
const condition = text('a condition').min(1);

const ruleFields = {
  when: condition.optional().describe('Bare CEL over the measurements of the window.'),
  risk: z.enum(RISK_CLASSES).optional().describe("Default: the monitor's own."),
  undo: duration({ minMs: 1_000 })
    .optional()
    .describe('How long a medium action can be undone. Default 1h.'),
  notify: z.array(channel).min(1).optional().describe('Channels that are told besides.'),
};

/** An action, or a mapping with the action and what it depends on. */
function response<const Actions extends readonly [ResponseAction, ...ResponseAction[]]>(
  actions: Actions,
) {
  return z.union([z.enum(actions), closed({ action: z.enum(actions), ...ruleFields })], {
    error: `not an action here${HINT_MARK}write one of ${actions.join(', ')}, or {action: …, when: …}`,
  });
}

const concept = response(['alert', 'retrain', 'fallback', 'askForLabels', 'hold']);

const windowsOf = (what: string) =>
  text(`text such as 2 of 3`)
    .regex(/^\d+ of \d+$/, { error: `not a number of windows${HINT_MARK}write 2 of 3` })
    .describe(what);

const localTime = text('a time of day such as 22:00').regex(/^([01]\d|2[0-3]):[0-5]\d$/, {
  error: `not a time of day${HINT_MARK}write 22:00`,
});

const guardsSchema = closed({
  breaches: windowsOf('Act when so many of the last windows breached. Default 2 of 3.').default(
    '2 of 3',
  ),
  exit: windowsOf('A breach ends once so many of the last windows were clear.').optional(),
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
  quietHours: closed({
    from: localTime,
    to: localTime,
    timezone: text('a time zone').default('UTC').describe('IANA name. Default UTC.'),
  })
    .optional()
    .describe('No automatic change begins in these hours; what was asked waits.'),
  minLabels: count.max(1e9).optional().describe('Fewer new labelled rows hold a retrain.'),
});

const retrainSchema = closed({
  params: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe('Parameters of a retraining run, over window, trigger, data and params.'),
  data: z
    .union(
      [
        z.enum(['all', 'afterCut', 'perRegime']),
        closed({ trailing: duration({ minMs: 60_000 }) }),
        closed({ combined: closed({ oldWeight: share.default(0.3) }).prefault({}) }),
      ],
      {
        error: `not a choice of data${HINT_MARK}write all, afterCut, perRegime, {trailing: 180d} or {combined: {oldWeight: 0.3}}`,
      },
    )
    .optional()
    .describe('The rows that a retraining learns from: data.from, data.to, data.cut in params.'),
  newRows: count.max(1e12).optional().describe('Retrain once so many predictions came.'),
  newLabels: count.max(1e12).optional().describe('Retrain once so many labels came.'),
  maxAge: duration({ minMs: 60_000 }).optional().describe('Retrain a champion older than this.'),
  continuous: closed({ minLabels: count.max(1e9).default(1) })
    .optional()
    .describe('Retrain at every window with so many new labels.'),
});

export const respondSchema = closed(
  {
    dataQuality: response(['alert', 'hold', 'quarantine', 'impute', 'fallback'])
      .optional()
      .describe('Default hold.'),
    noData: response(['alert', 'hold'])
      .optional()
      .describe('No data when data was due. Default alert.'),
    featureSkew: response(['alert', 'hold', 'fallback'])
      .optional()
      .describe('Looked-up features differ from the offline source. Default alert.'),
    dataDrift: response(['alert', 'retrain', 'askForLabels', 'hold'])
      .default('alert')
      .describe('Default alert.'),
    performance: concept.default('alert').describe('Also concept drift. Default alert.'),
    conceptDrift: concept.optional().describe('Another name of performance.'),
    predictionDrift: response(['alert', 'rollback', 'fallback', 'hold'])
      .optional()
      .describe('Predictions moved while no input did. Default alert.'),
    labelDrift: response(['alert', 'retrain', 'askForLabels', 'hold'])
      .optional()
      .describe('Labels moved while no loss is seen. Default alert.'),
    regressionAfterDeploy: response(['alert', 'rollback', 'fallback', 'hold'])
      .default('rollback')
      .describe('Default rollback.'),
    service: response(['alert', 'rollback', 'fallback']).optional().describe('Default alert.'),
    fairness: response(['alert', 'retrain', 'rollback', 'fallback', 'hold'])
      .optional()
      .describe('Default alert.'),
    estimatedLoss: response(['alert', 'retrain', 'askForLabels', 'fallback', 'hold'])
      .optional()
      .describe('Estimated performance is past its limit. Default alert.'),
    outliers: response(['alert', 'quarantine', 'askForLabels', 'hold'])
      .optional()
      .describe('Default alert.'),
    unknown: response(['alert', 'askForLabels', 'hold'])
      .optional()
      .describe('Signals that contradict each other. Default alert.'),
    conditions: z
      .array(
        closed({
          name: text('a name of the condition').min(1).max(63),
          action: z.enum(RESPONSE_ACTIONS).default('alert').describe('Default alert.'),
          ...ruleFields,
          when: condition.describe('Bare CEL over the measurements of the window.'),
        }),
      )
      .min(1)
      .max(50)
      .optional()
      .describe("Conditions of the team's own; the first that holds."),
    automation: z
      .enum(AUTOMATIONS)
      .optional()
      .describe('manual: nothing by itself; train: a person promotes; full. Default full.'),
    retrain: retrainSchema.prefault({}),
    promote: closed({
      margin: share.optional().describe('Not worse by more than this. Absent: better.'),
      confidence: z
        .number()
        .gt(0.5)
        .lt(1)
        .optional()
        .describe('Of the interval of the paired difference. Default 0.95.'),
      older: duration({ minMs: 60_000 })
        .optional()
        .describe('Length of the older hold-out, before the recent one.'),
    })
      .optional()
      .describe('When a retrained version follows the champion.'),
    guards: guardsSchema.prefault({}),
  },
  {
    recalibrate: 'retrain trains anew, its calibration included',
  },
);
