// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of the language

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LedgerEntry, MonitorDecision } from '../../contracts/index.js';
import { eventually } from '../support/eventually.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';
import {
  type Change,
  dayStart,
  KNOWN_DAYS,
  live,
  rowAt,
  rowsOf,
  writeHistory,
} from './drifting-world.js';
import { checkNow, decisions } from './watched-model.js';

/** Each kind of drift has its own answer here, so that none can be taken for another. */
function pipeline(change: Change, source: string): string {
  const model = `world-${change}`;
  const [target, metric, algorithm] =
    change === 'label' ? ['busy', 'f1', 'logistic'] : ['rentals', 'mae', 'linear'];
  return `
apiVersion: millrace/v1
name: ${model}
model: ${model}
params:
  from: { type: date, default: "${dayStart(0)}" }
  to: { type: date, default: "${dayStart(KNOWN_DAYS)}" }
steps:
  ingest: { uses: ingest, with: { source: ${source}, time: at, from: "\${params.from}", to: "\${params.to}" } }
  validate: { uses: validate, with: { data: "\${steps.ingest.data}", holdout: { share: 0.25 }, expect: [{ expect_column_to_exist: { column: ${target} } }] } }
  train:
    uses: train
    with: { data: "\${steps.validate.data}", target: ${target}, features: [temperature, humidity], context: [{ name: at, role: time }], algorithm: ${algorithm} }
  evaluate: { uses: evaluate, with: { models: "\${steps.train.model}", holdout: "\${steps.validate.holdout}", target: ${target} } }
  register: { uses: register, with: { model: "\${steps.evaluate.best}" } }
  deploy: { uses: deploy, with: { version: "\${steps.register.version}" } }
monitor:
  time: at
  window: { every: 1d, minRows: 50, allowedLateness: 0s, idleTimeout: 10m }
  labels: { delay: 0s }
  drift:
    features: { shareOfColumns: 0.4 }
    predictions: { distance: 0.12 }
    labels: { distance: 0.1 }
    concept: { detector: adwin }
  performance: { metric: ${metric}, worseThan: 50% }
  respond:
    dataDrift: retrain
    predictionDrift: hold
    labelDrift: askForLabels
    performance: retrain
    regressionAfterDeploy: alert
    retrain: { data: afterCut, params: { from: "\${data.from}", to: "\${data.to}" } }
    guards: { breaches: 2 of 3, cooldown: 30d, maxRetrains: 2 per 90d, stopAfterIneffective: 2 }
`;
}

let stack: TestStack;
let gateway: TestProcess;
beforeAll(async () => {
  stack = await startTestStack();
  const [, started] = await Promise.all([stack.startWorker(), stack.startGateway()]);
  gateway = started;
});
afterAll(() => stack.close());

/** A model that is trained, deployed and served, and then lives through changed days. */
async function throughDays(change: Change, days: number): Promise<readonly MonitorDecision[]> {
  const model = `world-${change}`;
  const run = await stack.startRun(pipeline(change, writeHistory(stack, change, days)));
  expect(await stack.result(run)).toMatchObject({ status: 'completed' });
  await eventually(async () => {
    const [lease] = await stack.registry.leases();
    expect(lease?.servedVersions[model]).toBe(1);
  });
  const label = change === 'label' ? 'busy' : 'rentals';
  // Three days as ever come first, so that a change has something to differ from.
  await live(gateway, model, rowsOf(KNOWN_DAYS - 3, 3, 'none'), label);
  await live(gateway, model, rowsOf(KNOWN_DAYS, days, change), label);
  await live(gateway, model, [rowAt((KNOWN_DAYS + days) * 144, change)], label);
  await checkNow(stack, model);
  return decisions(stack, model, days + 3);
}

/** Kinds of the windows since the change, each once, in order. */
function kinds(found: readonly MonitorDecision[]): readonly string[] {
  const since = found.filter(({ window }) => window.start >= dayStart(KNOWN_DAYS));
  return [...new Set(since.map(({ verdict }) => verdict.kind))];
}

/** The first line of the monitor in the ledger. */
async function answer(change: Change, action: LedgerEntry['action']): Promise<LedgerEntry> {
  let line: LedgerEntry | undefined;
  await eventually(async () => {
    const ledger = await stack.registry.ledger(`world-${change}`);
    line = ledger.find((entry) => entry.action === action && entry.actor === 'monitor');
    expect(
      line,
      ledger.map(({ action, reason }) => `${action}: ${reason}`).join('\n'),
    ).toBeDefined();
  });
  if (line === undefined) throw new Error('unreachable');
  return line;
}

/** The rows that the retraining was given. */
async function trainedOn(line: LedgerEntry): Promise<{ from: unknown; to: unknown }> {
  const run = await stack.registry.run(String(line.evidence['runId']));
  return { from: run?.params['from'], to: run?.params['to'] };
}

it('data drift alone retrains on all of the data up to the window', async () => {
  const found = await throughDays('data', 3);
  expect(kinds(found)).toEqual(['data-drift']);
  const line = await answer('data', 'retrain-started');
  expect(line.evidence['verdict']).toBe('data-drift');
  expect(await trainedOn(line)).toEqual({
    from: expect.stringMatching(/^2011-01-03/),
    to: expect.stringMatching(/^2011-01-19/),
  });
});

it('concept drift alone retrains on what came after the change', async () => {
  const found = await throughDays('concept', 3);
  expect(kinds(found)).toEqual(['concept-drift']);
  const line = await answer('concept', 'retrain-started');
  expect(line.evidence['verdict']).toBe('concept-drift');
  const { from } = await trainedOn(line);
  expect(Math.abs(Date.parse(String(from)) - Date.parse(dayStart(KNOWN_DAYS)))).toBeLessThan(
    6 * 3_600_000,
  );
});

it('label drift alone asks for labels', async () => {
  const found = await throughDays('label', 3);
  expect(kinds(found)).toEqual(['label-drift']);
  expect((await answer('label', 'labels-asked')).evidence['verdict']).toBe('label-drift');
});

it('prediction drift alone is held for a person, and never retrains', async () => {
  const found = await throughDays('prediction', 3);
  expect(kinds(found)).toEqual(['prediction-drift']);
  expect(found.at(-1)).toMatchObject({ verdict: { action: 'hold' }, signalled: null });
  const ledger = await stack.registry.ledger('world-prediction');
  expect(ledger.map(({ action }) => action)).toEqual(['registered', 'promoted']);
});

it('a month without drift leads to no action at all', { timeout: 240_000 }, async () => {
  const found = await throughDays('none', 30);
  expect(found.filter(({ verdict }) => verdict.action !== 'none')).toEqual([]);
  expect(found.filter(({ signalled }) => signalled !== null)).toEqual([]);
  const ledger = await stack.registry.ledger('world-none');
  expect(ledger.map(({ action }) => action)).toEqual(['registered', 'promoted']);
});
