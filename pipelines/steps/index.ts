import * as z from 'zod';
import type { StepKind } from '../../contracts/index.js';
import { deploySchema } from './deploy.js';
import { driftSchema } from './drift.js';
import { evaluateSchema } from './evaluate.js';
import { ingestSchema } from './ingest.js';
import { predictSchema } from './predict.js';
import { registerSchema } from './register.js';
import { trainSchema } from './train.js';
import { validateSchema } from './validate.js';

/** What `with:` of each kind may hold. `noop` and `run` take any small JSON. */
export const STEP_INPUT_SCHEMAS: { readonly [Kind in StepKind]: z.ZodType } = {
  ingest: ingestSchema,
  validate: validateSchema,
  drift: driftSchema,
  train: trainSchema,
  evaluate: evaluateSchema,
  register: registerSchema,
  deploy: deploySchema,
  predict: predictSchema,
  noop: z.record(z.string(), z.unknown()),
  run: z.record(z.string(), z.unknown()),
};

export { literalSchema, OpenValue } from './open-value.js';
