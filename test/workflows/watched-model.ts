import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MonitorDecision } from '../../contracts/index.js';
import { MESSAGE, monitorWorkflowId, TASK_QUEUE, WORKFLOW } from '../../contracts/index.js';
import { eventually } from '../support/eventually.js';
import type { TestProcess, TestStack } from '../support/test-stack.js';

const HOUR_MS = 3_600_000;
/** A Monday: windows of a day begin at its midnight. */
const FIRST_MS = Date.UTC(2011, 0, 3);
/** Days that the pipeline learns from and holds out. */
export const TRAINING_DAYS = 12;

/** Rentals follow the hour of day and the temperature; `broken` is a world that changed. */
function rowOf(hourIndex: number, broken: boolean) {
  const atMs = FIRST_MS + hourIndex * HOUR_MS;
  const noise = ((hourIndex * 7919) % 13) - 6;
  const temperature = 10 + ((hourIndex * 104_729) % 17);
  const rentals = 20 + 3 * (hourIndex % 24) + 2 * temperature + noise;
  return {
    row: { hour: new Date(atMs).toISOString(), h: hourIndex % 24, temperature },
    rentals: broken ? rentals + 400 : rentals,
  };
}

export function writeTrainingData(stack: TestStack, name = 'watched.csv'): void {
  const lines = Array.from({ length: TRAINING_DAYS * 24 }, (_, i) => {
    const { row, rentals } = rowOf(i, false);
    return `${row.hour},${row.h},${row.temperature},${rentals}`;
  });
  writeFileSync(join(stack.directory, name), ['hour,h,temperature,rentals', ...lines].join('\n'));
}

/** The training days and those after them, as one file; the world changes with the first broken day. */
export function writeHistory(path: string, days: number, firstBrokenDay: number): void {
  const lines = Array.from({ length: days * 24 }, (_, i) => {
    const { row, rentals } = rowOf(i, i >= firstBrokenDay * 24);
    return `${row.hour},${row.h},${row.temperature},${rentals}`;
  });
  writeFileSync(path, ['hour,h,temperature,rentals', ...lines].join('\n'));
}

/** What a monitor finds on a good day and two of another world. */
export const FOUND_WHEN_BROKEN = [
  '2011-01-15 ok none -',
  '2011-01-16 concept-drift none -',
  '2011-01-17 concept-drift retrain retrain',
];

/**
 * A pipeline that trains on the CSV, deploys, and is watched by the day.
 *
 * @param watched - what the monitor watches beside inputs and predictions
 */
export function watchedPipeline(
  model: string,
  watched = 'performance: { metric: mae, worseThan: 50% }',
): string {
  return `
apiVersion: millrace/v1
name: ${model}
model: ${model}
params: { depth: { type: integer, default: 4 } }
steps:
  ingest: { uses: ingest, with: { source: watched.csv, time: hour } }
  validate:
    uses: validate
    with:
      data: "\${steps.ingest.data}"
      holdout: { share: 0.25 }
      expect: [{ expect_column_values_to_not_be_null: { column: rentals } }]
  train:
    uses: train
    with: { data: "\${steps.validate.data}", target: rentals, algorithm: linear }
  evaluate:
    uses: evaluate
    with: { models: "\${steps.train.model}", holdout: "\${steps.validate.holdout}", target: rentals }
  register: { uses: register, with: { model: "\${steps.evaluate.best}" } }
  deploy: { uses: deploy, with: { version: "\${steps.register.version}" } }
monitor:
  time: hour
  window: { every: 1d, minRows: 10, allowedLateness: 0s, idleTimeout: 10m }
  labels: { delay: 0s }
  ${watched}
  respond:
    dataDrift: alert
    performance: retrain
    regressionAfterDeploy: alert
    retrain: { params: { depth: 5 } }
    guards: { breaches: 2 of 3, cooldown: 7d, maxRetrains: 2 per 30d, stopAfterIneffective: 2 }
`;
}

/** Predictions and labels of whole days, sent through the gateway as a client would. */
export async function serveDays(
  gateway: TestProcess,
  model: string,
  fromDay: number,
  days: number,
  broken = false,
): Promise<void> {
  const hours = Array.from({ length: days * 24 }, (_, i) => rowOf(fromDay * 24 + i, broken));
  const answer = await post(`${gateway.ready.address}/models/${model}/invocations`, {
    dataframe_records: hours.map(({ row }) => row),
  });
  const ids = answer['prediction_ids'] as readonly string[];
  await post(`${gateway.ready.address}/labels`, {
    model,
    labels: hours.map(({ rentals }, i) => ({ id: ids[i], label: rentals })),
  });
}

/** One row after a day's end: the watermark passes it, and its window closes. */
export async function closeDay(gateway: TestProcess, model: string, day: number): Promise<void> {
  await post(`${gateway.ready.address}/models/${model}/invocations`, {
    dataframe_records: [rowOf((day + 1) * 24, false).row],
  });
}

/** Posts JSON to a gateway; fails with what it answered. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects of the body
export async function post(url: string, body: unknown): Promise<any> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text}`);
  return text === '' ? {} : JSON.parse(text);
}

/** Has the monitor look now. */
export async function checkNow(stack: TestStack, model: string): Promise<void> {
  await stack.temporal.client.workflow.signalWithStart(WORKFLOW.watchModel, {
    workflowId: monitorWorkflowId(model),
    taskQueue: TASK_QUEUE.control,
    args: [{ model }],
    signal: MESSAGE.checkNow,
    signalArgs: [],
  });
}

/** Decisions once there are so many of them. */
export async function decisions(
  stack: TestStack,
  model: string,
  count: number,
): Promise<readonly MonitorDecision[]> {
  let found: readonly MonitorDecision[] = [];
  await eventually(
    async () => {
      found = await stack.registry.decisions(model);
      if (found.length < count) throw new Error(`${found.length} of ${count} windows are decided`);
      // A busy machine measures a window in seconds.
    },
    90_000 + 4_000 * count,
  );
  return found;
}
