import { expect } from 'vitest';
import type { Alert, Incident, NotifySpec } from '../../contracts/index.js';
import { eventually } from '../support/eventually.js';
import { type ModelWorld, promotion } from '../support/model-world.js';

/** What is told when the model's first incident is opened. */
export function alertOf(model: string, over: Partial<Alert> = {}): Alert {
  return {
    key: `incident/${model}/1/opened`,
    model,
    severity: 'critical',
    group: `incident/${model}/1`,
    status: 'firing',
    title: 'performance is lost',
    text: 'The error is 41 % above the one at registration.',
    facts: { version: '1' },
    channels: [],
    at: '2011-08-08T06:00:00.000Z',
    ...over,
  };
}

/** A model whose monitor tells these channels. */
export async function modelTelling(
  world: ModelWorld,
  model: string,
  notify: readonly NotifySpec[],
): Promise<void> {
  const {
    version: _,
    status: __,
    approval: ___,
    createdAt: ____,
    ...record
  } = await world.register(model, 'linear', monitored(model));
  if (record.monitor === null) throw new Error('the pipeline has a monitor');
  // Repeated sooner than a pipeline may say.
  const monitor = { ...record.monitor, notify };
  const { version } = await world.registry.registerVersion(
    `${model}/telling`,
    { ...record, monitor },
    'test',
    'a version to tell of',
  );
  await world.update(model, 'promote', promotion(version));
  await eventually(async () => expect(await world.registry.champion(model)).not.toBeNull());
}

function monitored(model: string): string {
  return `apiVersion: millrace/v1
name: ${model}
model: ${model}
steps: {nothing: {uses: noop}}
monitor:
  time: hour
  window: {every: 7d, minRows: 100, allowedLateness: 1d, idleTimeout: 1h}
  drift: {features: {shareOfColumns: 0.1}}
  respond:
    dataDrift: alert
    performance: alert
    regressionAfterDeploy: alert
    retrain: {params: {}}
    guards: {breaches: 2 of 3, cooldown: 24h, maxRetrains: 4 per 30d, stopAfterIneffective: 2, postDeployWindows: 3}
`;
}

export function openIncident(model: string): Incident {
  return {
    model,
    number: 1,
    status: 'open',
    severity: 'critical',
    kind: 'concept-drift',
    version: 1,
    summary: 'performance is lost',
    since: '2011-08-01T00:00:00Z',
    openedAt: '2011-08-08T06:00:00.000Z',
    windows: [],
    causes: [],
    respondedAt: null,
    resolution: null,
  };
}
