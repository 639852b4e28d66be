import {
  checkParams,
  type JsonObject,
  type JsonValue,
  type PipelinePlan,
} from '../../contracts/index.js';
import type { DocumentPath, Finding } from '../issue.js';
import { nearest, suggestion } from '../nearest.js';
import { entriesOf, isRawObject, type RawObject } from './context.js';
import { readsOf } from './read-names.js';

type Report = (finding: Finding) => void;

/** What trials run: a pipeline, or one step with its parameters. */
export type TriedPlan = PipelinePlan | Pick<PipelinePlan, 'name' | 'params'>;

/** Checks what a search tries against the pipeline that it tries it with. */
export function checkTuning(
  inputs: RawObject,
  plan: TriedPlan,
  base: DocumentPath,
  report: Report,
): void {
  const space = isRawObject(inputs['space']) ? inputs['space'] : {};
  const fixed = isRawObject(inputs['params']) ? inputs['params'] : {};
  for (const [name, dimension] of Object.entries(space)) {
    const path = [...base, 'space', name];
    if (!Object.hasOwn(plan.params, name)) {
      const hint = suggestion(name, Object.keys(plan.params)) ?? 'it declares none';
      const message = `the pipeline ${plan.name} has no parameter ${name}`;
      report({ path, at: 'key', code: 'unknown-name', message, hint });
    } else if (Object.hasOwn(fixed, name)) {
      const message = `${name} is one of params, and searched`;
      report({ path, at: 'key', code: 'misplaced', message, hint: 'name it in one of them' });
    } else if (isRawObject(dimension)) checkDimension(name, dimension, plan, path, report);
  }
  // A step may hand on whatever it likes.
  if ('steps' in plan) checkMetric(inputs['metric'], plan, [...base, 'metric'], report);
}

/** Every value of a choice, and both ends of a range, must be ones that the parameter takes. */
function checkDimension(
  name: string,
  { int, float, choice, when }: RawObject,
  plan: TriedPlan,
  path: DocumentPath,
  report: Report,
): void {
  const spec = plan.params[name];
  if (spec === undefined) return;
  for (const [kind, values] of Object.entries({ int, float, choice })) {
    for (const [index, value] of listOf(values).entries()) {
      const given: JsonObject = { [name]: value };
      const check = checkParams({ [name]: spec }, given);
      // What is no whole number the schema has told.
      if (check.ok || (kind === 'int' && !Number.isInteger(value))) continue;
      const message = check.problems[0]?.message ?? `${name} does not take it`;
      report({ path: [...path, kind, index], at: 'value', code: 'bad-value', message });
    }
  }
  if (when === undefined || spec.default !== undefined) return;
  report({
    path: [...path, 'when'],
    at: 'key',
    code: 'missing-key',
    message: `${name} is left out where the condition does not hold, and has no default`,
    hint:
      'steps' in plan
        ? `give the parameter ${name} of ${plan.name} a default`
        : `declare it at the top: params: {${name}: {type: ${spec.type}, default: …}}`,
  });
}

/** A searched parameter that the step does not read: trying values of it changes nothing. */
export function checkRead(
  space: JsonValue | undefined,
  step: RawObject,
  base: DocumentPath,
  report: Report,
): void {
  const reads = readsOf(step).filter(({ path: [root] }) => root === 'params');
  if (reads.some(({ path }) => path.length === 1)) return;
  const names = reads.flatMap(({ path: [, name] }) => name ?? []);
  const conditions = entriesOf(space).flatMap(([, dimension]) =>
    isRawObject(dimension) ? entriesOf(dimension['when']) : [],
  );
  const used = new Set([...names, ...conditions.map(([name]) => name)]);
  for (const [name] of entriesOf(space)) {
    if (used.has(name)) continue;
    const near = nearest(name, names);
    report({
      path: [...base, name],
      at: 'key',
      code: 'unknown-name',
      message: `the step does not read ${name}: trying values of it changes nothing`,
      hint: near === null ? `with: {${name}: "\${params.${name}}"}` : `it reads ${near}`,
    });
  }
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function checkMetric(
  metric: JsonValue | undefined,
  { name, outputs = {} }: PipelinePlan,
  path: DocumentPath,
  report: Report,
): void {
  if (typeof metric !== 'string' || Object.hasOwn(outputs, metric)) return;
  const known = Object.keys(outputs);
  const hint =
    suggestion(metric, known) ??
    `add it there: outputs: {${metric}: "\${steps.evaluate.metrics.mae}"}`;
  const message = `the pipeline ${name} hands on no ${metric}`;
  report({ path, at: 'value', code: 'unknown-name', message, hint });
}
