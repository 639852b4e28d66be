import * as z from 'zod';
import type { StepKind } from '../../contracts/index.js';
import { approveSchema } from './approve.js';
import { deploySchema } from './deploy.js';
import { driftSchema } from './drift.js';
import { encodeSchema } from './encode.js';
import { evaluateSchema } from './evaluate.js';
import { featuresSchema, materializeSchema } from './features.js';
import { imputeSchema } from './impute.js';
import { ingestSchema } from './ingest.js';
import { notifySchema } from './notify.js';
import { pipelineSchema } from './pipeline.js';
import { predictSchema } from './predict.js';
import { registerSchema } from './register.js';
import { selectSchema } from './select.js';
import { trainSchema } from './train.js';
import { transformSchema } from './transform.js';
import { tuneSchema } from './tune.js';
import { validateSchema } from './validate.js';

/** What `with:` of each kind may hold. `noop` and `run` take any small JSON. */
export const STEP_INPUT_SCHEMAS: { readonly [Kind in StepKind]: z.ZodType } = {
  ingest: ingestSchema,
  features: featuresSchema,
  materialize: materializeSchema,
  transform: transformSchema,
  validate: validateSchema,
  impute: imputeSchema,
  encode: encodeSchema,
  select: selectSchema,
  drift: driftSchema,
  train: trainSchema,
  evaluate: evaluateSchema,
  register: registerSchema,
  approve: approveSchema,
  deploy: deploySchema,
  predict: predictSchema,
  pipeline: pipelineSchema,
  tune: tuneSchema,
  notify: notifySchema,
  noop: z.record(z.string(), z.unknown()),
  run: z.record(z.string(), z.unknown()),
};

export { literalSchema, OpenValue } from './open-value.js';
