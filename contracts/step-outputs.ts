import type { StepKind } from './plan.js';
import type { TaskType } from './signature.js';

/** What `evaluate` measures, by task; names as gates and `monitor.performance.metric` use them. */
export const METRIC_NAMES = {
  regression: ['mae', 'rmse', 'r2', 'mape'],
  classification: [
    'accuracy',
    'precision',
    'recall',
    'f1',
    'rocAuc',
    'averagePrecision',
    'logLoss',
    'brierScore',
  ],
} as const satisfies { readonly [Task in TaskType]: readonly string[] };

type OutputType = 'artifact' | 'integer' | 'number' | 'string' | 'boolean' | 'any';

/** What every step hands on that learns from the training data. */
const FITTED_OUTPUTS = {
  data: 'artifact',
  holdout: 'artifact',
  fitted: 'artifact',
  rows: 'integer',
} as const;

/**
 * Names that a step of each kind hands on: what `steps.<id>.<name>` may be. `noop` hands on its own
 * `with`, `run` whatever its process writes. Every kind may also have `metrics`.
 */
export const STEP_OUTPUTS: {
  readonly [Kind in Exclude<StepKind, 'noop' | 'run'>]: { readonly [name: string]: OutputType };
} = {
  ingest: { data: 'artifact', source: 'artifact', rows: 'integer', from: 'string', to: 'string' },
  features: { data: 'artifact', rows: 'integer', missing: 'any' },
  materialize: { views: 'integer', entities: 'integer', written: 'integer', removed: 'integer' },
  validate: {
    data: 'artifact',
    holdout: 'artifact',
    report: 'artifact',
    rows: 'integer',
    holdoutRows: 'integer',
  },
  transform: { data: 'artifact', rows: 'integer', schema: 'any' },
  impute: { ...FITTED_OUTPUTS, filled: 'any' },
  encode: { ...FITTED_OUTPUTS, columns: 'integer' },
  select: { ...FITTED_OUTPUTS, report: 'artifact', selected: 'any', dropped: 'integer' },
  drift: {
    verdict: 'string',
    share: 'number',
    drifted: 'integer',
    columns: 'integer',
    report: 'artifact',
    page: 'artifact',
  },
  train: { model: 'artifact', rows: 'integer', algorithm: 'string' },
  evaluate: { best: 'artifact' },
  register: { model: 'string', version: 'integer' },
  approve: { values: 'any', answer: 'string', by: 'string', reason: 'string', at: 'string' },
  deploy: { outcome: 'string', version: 'integer', serving: 'string', detail: 'string' },
  predict: {
    data: 'artifact',
    model: 'string',
    version: 'integer',
    rows: 'integer',
    written: 'integer',
    bad: 'integer',
    unanswered: 'integer',
  },
  pipeline: { runId: 'string' },
  tune: {
    runId: 'string',
    best: 'any',
    score: 'number',
    trial: 'integer',
    trials: 'integer',
    stopped: 'string',
    history: 'artifact',
  },
  notify: { told: 'any' },
};
