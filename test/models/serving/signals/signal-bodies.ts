import { uuidv7 } from 'uuidv7';

/** A CloudEvent of an id of its own that asks for a retraining. */
export function cloudEvent(over: object = {}) {
  return {
    specversion: '1.0',
    id: uuidv7(),
    source: 'https://drift.example/monitors/7',
    type: 'millrace.retrain',
    time: '2011-07-01T05:00:00+02:00',
    data: { reason: 'share of drifted columns is 0.4' },
    ...over,
  };
}

/** One alert of Alertmanager, of a fingerprint of its own, that asks for a retraining. */
export function alert(over: object = {}) {
  return {
    status: 'firing',
    labels: { alertname: 'ModelDrift', severity: 'page' },
    annotations: { summary: 'the inputs have moved', millrace_action: 'retrain' },
    startsAt: '2011-07-01T05:00:00.123Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus.example/graph',
    fingerprint: uuidv7().replaceAll('-', '').slice(-16),
    ...over,
  };
}

/** What the webhook receiver of Alertmanager sends. */
export function notification(alerts: readonly object[], over: object = {}) {
  return {
    version: '4',
    groupKey: '{}:{alertname="ModelDrift"}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'millrace',
    groupLabels: { alertname: 'ModelDrift' },
    commonLabels: { alertname: 'ModelDrift' },
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example',
    alerts,
    ...over,
  };
}
