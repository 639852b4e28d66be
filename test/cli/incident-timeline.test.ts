import { expect, it } from 'vitest';
import { incidentTimeline } from '../../cli/incidents/timeline.js';
import type { AlertDelivery } from '../../contracts/index.js';
import { alertDelivery as delivery, incident } from '../models/registry/sample-records.js';

it.each<[string, Partial<AlertDelivery>, string]>([
  ['ops', { status: 'delivered', detail: '200 ok' }, 'ops: drift'],
  ['ops', { status: 'failed', detail: 'refused' }, 'ops: drift (refused)'],
  ['', { status: 'logged', detail: 'no channel takes it' }, 'nobody: drift (no channel takes it)'],
])('an alert on channel "%s" that became %o', (channel, over, text) => {
  const [entry] = incidentTimeline(incident('bikes', 1), [], [delivery('bikes', channel, over)]);
  expect(entry?.text).toBe(text);
});
