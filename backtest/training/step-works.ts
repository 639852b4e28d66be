import type { StepWork } from '../../activities/step-work.js';
import { drift } from '../../activities/steps/drift.js';
import { evaluate } from '../../activities/steps/evaluate.js';
import { features } from '../../activities/steps/features.js';
import { ingest } from '../../activities/steps/ingest.js';
import { noop } from '../../activities/steps/noop.js';
import { prepareColumns } from '../../activities/steps/prepare-columns.js';
import { runCommand } from '../../activities/steps/run-command.js';
import { train } from '../../activities/steps/train.js';
import { transform } from '../../activities/steps/transform.js';
import { validate } from '../../activities/steps/validate.js';
import type { StepKind } from '../../contracts/index.js';
import { approvedStep } from './approved-step.js';

/** The work of each kind of step, as the activities do it. */
export const STEP_WORKS: {
  readonly [Kind in Exclude<
    StepKind,
    'register' | 'deploy' | 'predict' | 'materialize' | 'notify' | 'pipeline' | 'tune'
  >]: StepWork;
} = {
  approve: approvedStep,
  ingest,
  features,
  transform,
  validate,
  impute: prepareColumns,
  encode: prepareColumns,
  select: prepareColumns,
  drift,
  train,
  evaluate,
  noop,
  run: runCommand,
};

/** Kinds that run a process of their own: so many at a time as there are processors. */
export const PROCESS_KINDS: readonly StepKind[] = [
  'train',
  'impute',
  'encode',
  'select',
  'run',
  'drift',
];
