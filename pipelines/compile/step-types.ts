import { METRIC_NAMES, STEP_OUTPUTS } from '../../contracts/index.js';
import type { Shape } from '../expressions/index.js';
import { entriesOf, isRawObject, type RawObject } from './context.js';
import { collectedShape } from './fan-out.js';
import { KnownItems } from './known-items.js';
import { paramTypes } from './params.js';
import { trialStepOf } from './trial-step-of.js';
import { pipelineShape, type UsedPipeline, type UsedPipelines } from './use-pipelines.js';

const METRIC_FIELDS: { readonly [name: string]: Shape } = Object.fromEntries(
  [...METRIC_NAMES.regression, ...METRIC_NAMES.classification].map((name) => [name, 'number']),
);

/** What `metrics` and `champion` hold in a gate, and `steps.<evaluate>.metrics`. */
export const METRIC_TYPES: Shape = { fields: METRIC_FIELDS };
const CRITERION: Shape = {
  fields: { difference: 'number', ratio: 'number', pValue: 'number' },
};

/** What a gate reads of `fairness` and `slices`: as the monitor of the file names them. */
export function gatePartTypes(monitor: unknown): {
  readonly fairness: Shape;
  readonly slices: Shape;
} {
  const { fairness, slices } = isRawObject(monitor) ? monitor : {};
  const columns: Record<string, Record<string, Shape>> = {};
  for (const spec of rawObjects(fairness)) {
    const { column, criterion = 'demographicParity' } = spec;
    if (typeof column !== 'string' || typeof criterion !== 'string') continue;
    columns[column] = { ...columns[column], [criterion]: CRITERION };
  }
  const worst = { unfair: 'number', worstDifference: 'number', worstRatio: 'number' } as const;
  const names = rawObjects(slices).flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
  const metrics: Shape = { fields: { rows: 'number', ...METRIC_FIELDS } };
  const absent = (what: string) => `the monitor says what is measured: monitor: {${what}: […]}`;
  return {
    fairness: {
      fields: {
        ...Object.fromEntries(Object.entries(columns).map(([name, fields]) => [name, { fields }])),
        ...(Object.keys(columns).length > 0 && worst),
      },
      hint: absent('fairness'),
    },
    slices: {
      fields: Object.fromEntries(names.map((name) => [name, metrics])),
      hint: absent('slices'),
    },
  };
}

function rawObjects(value: unknown): readonly RawObject[] {
  return Array.isArray(value) ? value.filter(isRawObject) : [];
}

const ANY_METRICS: Shape = { fields: {}, others: 'number' };

/** What `steps.<id>` holds for each step of the file, by its kind; of a fanned-out one lists. */
export function stepTypes(
  steps: unknown,
  used: UsedPipelines = new Map(),
): { readonly [id: string]: Shape } {
  const known = new KnownItems();
  return Object.fromEntries(
    entriesOf(steps).map(([id, step]) => {
      const pipeline = used.get(id);
      const once = pipeline === undefined ? shapeOfStep(step) : usingShape(step, pipeline);
      const fansOut = isRawObject(step) && ('matrix' in step || 'forEach' in step);
      return [id, fansOut ? collectedShape(once, step, known) : once];
    }),
  );
}

/** A search hands on what its best trial does, and how it came to it. */
function usingShape(step: unknown, pipeline: UsedPipeline): Shape {
  const shape = pipelineShape(pipeline);
  if (!isRawObject(step) || step['uses'] !== 'tune') return shape;
  return { ...shape, fields: { ...shape.fields, ...STEP_OUTPUTS.tune } };
}

/** A search whose trials are one step hands on what that step does. */
function shapeOfStep(step: unknown): Shape {
  const trial = isRawObject(step) && step['uses'] === 'tune' ? trialStepOf(step['with']) : null;
  const shape = shapeOf(trial ?? step);
  if (trial === null || typeof shape === 'string') return shape;
  return { ...shape, fields: { ...shape.fields, ...STEP_OUTPUTS.tune } };
}

function shapeOf(step: unknown): Shape {
  const uses = isRawObject(step) ? step['uses'] : undefined;
  if (uses === 'noop' && isRawObject(step)) return noopShape(step);
  if (uses === 'approve' && isRawObject(step)) return approvalShape(step);
  if (typeof uses !== 'string' || !isOutputKind(uses)) {
    return { fields: { metrics: ANY_METRICS }, others: 'any' };
  }
  const metrics = uses === 'evaluate' ? METRIC_TYPES : ANY_METRICS;
  return { fields: { ...STEP_OUTPUTS[uses], metrics } };
}

function isOutputKind(kind: string): kind is keyof typeof STEP_OUTPUTS {
  return Object.hasOwn(STEP_OUTPUTS, kind);
}

/** What whoever approved filled in has the types of the form. */
function approvalShape(step: RawObject): Shape {
  const inputs = step['with'];
  const form = isRawObject(inputs) ? inputs['form'] : undefined;
  return {
    fields: { ...STEP_OUTPUTS.approve, values: { fields: paramTypes(form) }, metrics: ANY_METRICS },
  };
}

/** A `noop` hands its own `with` on. */
function noopShape(step: RawObject): Shape {
  const fields = Object.fromEntries(entriesOf(step['with']).map(([key]) => [key, 'any' as const]));
  return { fields: { ...fields, metrics: ANY_METRICS } };
}
