import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';
import { chooseStrategies, runBacktest } from '../../backtest/index.js';
import type { BacktestRequest } from '../../backtest/run-backtest.js';
import type { BacktestDocument, PipelinePlan } from '../../contracts/index.js';
import { compilePipeline } from '../../pipelines/compile.js';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** A Monday. */
export const START_MS = Date.UTC(2024, 0, 1);

export const python = {
  executable: process.env['MILLRACE_PYTHON'] ?? '',
  directory: resolve('python'),
};
export const hasPython = existsSync(python.executable);

/** A directory for the tests of one file, and backtests that share its cache. */
export function backtestWorld() {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-backtest-test-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return {
    directory,
    cacheDirectory: join(directory, 'cache'),
    path: (name: string) => join(directory, name),
    write(name: string, text: string): string {
      writeFileSync(join(directory, name), text);
      return join(directory, name);
    },
    /** Compares the policy with `compare`, over a file of this directory. */
    run(
      yaml: string,
      data: string,
      over: Partial<BacktestRequest> & { readonly compare?: readonly string[] } = {},
    ): Promise<BacktestDocument> {
      const { compare = [], ...others } = over;
      const { plan, planHash } = planOf(yaml, directory);
      return runBacktest({
        pipeline: { plan, planHash, baseDirectory: directory, params: {} },
        data: { path: join(directory, data), source: data },
        everyMs: plan.monitor.window.everyMs,
        fromMs: null,
        strategies: (monitor) => chooseStrategies({ compare, variants: [] }, monitor),
        pricePerSecond: 1,
        driftsMs: [],
        tune: null,
        cacheDirectory: join(directory, 'cache'),
        python,
        release: 'test',
        signal: new AbortController().signal,
        onProgress: () => undefined,
        ...others,
      });
    },
  };
}

function planOf(yaml: string, baseDirectory: string) {
  const compiled = compilePipeline(yaml, { file: 'test.yaml', baseDirectory });
  if (!compiled.ok) throw new Error(compiled.errors.map(({ message }) => message).join('; '));
  return { plan: watched(compiled.plan), planHash: compiled.planHash };
}

function watched(plan: PipelinePlan): BacktestRequest['pipeline']['plan'] {
  const { model, monitor } = plan;
  if (model === null || monitor === null) throw new Error('the test needs a watched model');
  return { ...plan, model, monitor };
}

/** Hourly rows: `y` follows `x` by a slope that may change with the days since the start. */
export function hourly(days: number, slopeOf: (day: number) => number): string {
  const lines = Array.from({ length: days * 24 }, (_, i) => {
    const x = (i * 7919) % 97;
    const noise = ((i * 104_729) % 11) - 5;
    const y = slopeOf(i / 24) * x + noise;
    return `${new Date(START_MS + i * HOUR_MS).toISOString()},${x},${y}`;
  });
  return ['time,x,y', ...lines].join('\n');
}

/**
 * A straight line through the last hours, watched by the day.
 *
 * @param learnsFrom - hours before its time that a retraining takes
 */
export function dailyPipeline(labelDelay = '0s', learnsFrom = '24h'): string {
  return `
apiVersion: millrace/v1
name: line
model: line
params:
  from: { type: date, default: 2024-01-01 }
  to: { type: date, default: 2024-01-05 }
steps:
  ingest: { uses: ingest, with: { source: line.csv, time: time, from: "\${params.from}", to: "\${params.to}" } }
  validate:
    uses: validate
    with:
      data: "\${steps.ingest.data}"
      holdout: { share: 0.25 }
      expect: [{ expect_column_values_to_not_be_null: { column: y } }]
  train: { uses: train, with: { data: "\${steps.validate.data}", target: y, algorithm: linear } }
  evaluate:
    uses: evaluate
    with: { models: "\${steps.train.model}", holdout: "\${steps.validate.holdout}", target: y }
  register: { uses: register, with: { model: "\${steps.evaluate.best}" } }
  deploy: { uses: deploy, with: { version: "\${steps.register.version}" } }
monitor:
  time: time
  window: { every: 1d, minRows: 10, allowedLateness: 0s, idleTimeout: 10m }
  labels: { delay: ${labelDelay} }
  drift: { features: false, predictions: false }
  performance: { metric: mae, worseThan: 100% }
  respond:
    performance: retrain
    retrain: { params: { from: "\${window.end - duration('${learnsFrom}')}", to: "\${window.end}" } }
    guards: { breaches: 1 of 1, cooldown: 0s, maxRetrains: 9 per 30d, stopAfterIneffective: 9 }
`;
}
