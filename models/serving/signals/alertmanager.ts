import * as z from 'zod';
import { MillraceError } from '../../../contracts/index.js';
import { parseBody } from '../parse-body.js';
import { type ExternalSignal, eventTime, SIGNAL_ACTIONS, shortText } from './external-signal.js';

/** The label or annotation of an alerting rule that says what an alert asks for. */
export const ACTION_LABEL = 'millrace_action';

const texts = z
  .record(z.string(), z.string({ error: 'must be text' }), {
    error: 'must be an object of texts by name',
  })
  .refine((named) => !(ACTION_LABEL in named) || actionOf(named[ACTION_LABEL]) !== undefined, {
    error: `must be ${SIGNAL_ACTIONS.join(' or ')}`,
    path: [ACTION_LABEL],
  });

const alertSchema = z.looseObject({
  status: z.enum(['firing', 'resolved'], { error: 'must be "firing" or "resolved"' }),
  labels: texts,
  annotations: texts.default({}),
  startsAt: eventTime,
  fingerprint: shortText(128),
});

type Alert = z.infer<typeof alertSchema>;

const MOST_ALERTS = 200;

const webhookSchema = z.looseObject({
  alerts: z
    .array(alertSchema, { error: 'must be a list of alerts' })
    .max(MOST_ALERTS, `must be at most ${MOST_ALERTS} alerts`),
});

/** What a notification asks for; alerts that are resolved or ask for nothing are counted. */
export interface AlertSignals {
  readonly signals: readonly ExternalSignal[];
  readonly ignored: number;
}

export function isAlertmanagerWebhook(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'alerts' in body;
}

/**
 * Reads an Alertmanager notification: each firing alert with the label or annotation
 * `millrace_action` is a signal. A notification that is repeated while an alert fires gives the same
 * request ids.
 *
 * @throws MillraceError `InvalidInput` for what is no notification, or one in which no firing alert
 * says what it asks for
 */
export function readAlertmanagerWebhook(body: unknown): AlertSignals {
  const { alerts } = parseBody(
    webhookSchema,
    body,
    'send what the webhook receiver of Alertmanager sends',
  );
  const firing = alerts.filter(({ status }) => status === 'firing');
  const signals = firing.flatMap(signalOf);
  if (firing.length > 0 && signals.length === 0) {
    throw new MillraceError(
      'InvalidInput',
      `no firing alert has the label or annotation ${ACTION_LABEL}`,
      `give its rule the annotation ${ACTION_LABEL}: retrain or ${ACTION_LABEL}: rollback`,
    );
  }
  return { signals, ignored: alerts.length - signals.length };
}

function signalOf({ labels, annotations, startsAt, fingerprint }: Alert): ExternalSignal[] {
  const action = actionOf(annotations[ACTION_LABEL] ?? labels[ACTION_LABEL]);
  if (action === undefined) return [];
  const name = labels['alertname'] ?? fingerprint;
  const said = annotations['summary'] || annotations['description'] || `the alert ${name} fires`;
  return [
    {
      action,
      requestId: `alertmanager/${encodeURIComponent(fingerprint)}/${startsAt}/${action}`,
      asOf: startsAt,
      source: 'alertmanager',
      reason: said.slice(0, 1_000),
      blames: null,
      evidence: { source: 'alertmanager', alert: name, fingerprint, startsAt },
    },
  ];
}

function actionOf(text: string | undefined) {
  return SIGNAL_ACTIONS.find((action) => action === text);
}
