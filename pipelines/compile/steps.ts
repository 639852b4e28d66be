import {
  type FanOutSpec,
  NAME_PATTERN,
  type PlanStep,
  STEP_KINDS,
  type StepKind,
  type Template,
} from '../../contracts/index.js';
import type { RootTypes } from '../expressions/index.js';
import type { DocumentPath } from '../issue.js';
import { findingsOf } from '../schema/findings.js';
import { STEP_INPUT_SCHEMAS } from '../steps/index.js';
import { checkApproval } from './approve.js';
import { buildCommand, type Command } from './command.js';
import { type CompileContext, entriesOf, isRawObject, type RawObject } from './context.js';
import { checkSource, checkTemplate, type StepUse } from './expressions.js';
import { checkFanOut } from './fan-out.js';
import { checkNeeds, type DeclaredNeed } from './needs.js';
import { checkResources } from './resources.js';
import { checkRunner } from './runner.js';
import { checkReuse } from './step-reuse.js';
import { gatePartTypes, METRIC_TYPES } from './step-types.js';
import { checkSubPipeline } from './sub-pipeline.js';
import { checkTrialStep, type TrialDraft } from './trial-step.js';
import { trialStepOf } from './trial-step-of.js';

/** A step as far as it could be read, with what its expressions read. */
export interface StepDraft {
  readonly id: string;
  readonly kind: StepKind;
  readonly with: { readonly [key: string]: Template };
  readonly command: Command | null;
  readonly fanOut: FanOutSpec | null;
  readonly env: PlanStep['env'] | null;
  /** Of its container; `null` where it runs in none. */
  readonly image: Template | null;
  /** Only of a search whose trials are one step: that step. */
  readonly trial?: TrialDraft;
  /** Declared needs that exist, with where they stand. */
  readonly declared: readonly DeclaredNeed[];
  /** Steps that its expressions read and that exist, in order of appearance. */
  readonly uses: readonly StepUse[];
}

export function checkSteps(context: CompileContext): readonly StepDraft[] {
  const entries = entriesOf(context.source['steps']);
  if (isRawObject(context.source['steps']) && entries.length === 0) {
    context.report({
      path: ['steps'],
      at: 'value',
      code: 'missing-key',
      message: 'the pipeline has no steps',
      hint: 'add at least one: steps: {first: {uses: noop}}',
    });
  }
  // Shared by all steps: the environment that checks types is made once for each object.
  const roots: RootTypes = {
    params: context.params,
    steps: context.steps,
    run: { fields: { id: 'string', asOf: 'timestamp' } },
  };
  const gateRoots: RootTypes = {
    metrics: METRIC_TYPES,
    champion: METRIC_TYPES,
    ...gatePartTypes(context.source['monitor']),
    params: context.params,
  };
  return entries.flatMap(([id, step]) => {
    checkName(id, context);
    if (!isRawObject(step)) return [];
    return [checkStep(id, step, ['steps', id], { roots, gateRoots, context })];
  });
}

/** What the expressions of a step may read, and where what is wrong with it is told. */
export interface StepSurroundings {
  readonly roots: RootTypes;
  readonly gateRoots: RootTypes;
  readonly context: CompileContext;
}

function checkName(id: string, context: CompileContext): void {
  if (NAME_PATTERN.test(id) && id.length <= 63) return;
  context.report({
    path: ['steps', id],
    at: 'key',
    code: 'bad-name',
    message: `${id} is not a step name`,
    hint: 'lower-case letters, digits and single hyphens, at most 63 characters: clean-data',
  });
}

/** @param base - where it stands in the document */
export function checkStep(
  id: string,
  step: RawObject,
  base: DocumentPath,
  { roots: common, gateRoots, context }: StepSurroundings,
): StepDraft {
  const uses: StepUse[] = [];
  const kind = checkKind(step, base, context);
  const { fanOut, roots } = checkFanOut(kind, step, base, common, context, uses);
  const inputs = checkInputs(kind, step, base, roots, context, uses);
  const surroundings = { roots: common, gateRoots, context };
  const trial =
    kind === 'tune' ? checkTrialStep(id, step, base, surroundings, uses, checkStep) : null;
  const command = kind === 'run' ? checkCommand(step, base, roots, context, uses) : null;
  checkConditions(kind, step, base, roots, gateRoots, context, uses);
  const env = checkReuse(kind, step, base, roots, context, uses);
  const image = checkRunner(kind, step, base, roots, context, uses);
  checkApproval(kind, step, base, context.report);
  checkSubPipeline(kind, step, base, context.report);
  checkResources(kind, step, base, context.report);
  if (kind !== 'run' && step['shell'] !== undefined) {
    const message = 'shell: belongs to a run: step';
    context.report({
      path: [...base, 'shell'],
      at: 'key',
      code: 'misplaced',
      message,
      hint: 'remove it',
    });
  }
  if ((kind === 'register' || kind === 'deploy') && context.source['model'] === undefined) {
    context.report({
      path: [...base, 'uses'],
      at: 'value',
      code: 'misplaced',
      message: `${kind} needs the name of the model`,
      hint: 'add model: <name> at the top',
    });
  }
  return {
    id,
    kind: kind ?? 'noop',
    with: inputs,
    command,
    fanOut,
    env,
    image,
    ...(trial !== null && { trial }),
    declared: checkNeeds(step, base, context),
    uses: uses.filter((use) => Object.hasOwn(context.steps.fields, use.step)),
  };
}

/** `null` where it cannot be told. */
function checkKind(step: RawObject, base: DocumentPath, context: CompileContext): StepKind | null {
  const { uses, run } = step;
  if (uses !== undefined && run !== undefined) {
    context.report({
      path: [...base, 'run'],
      at: 'key',
      code: 'misplaced',
      message: 'a step has uses or run, never both',
      hint: 'keep one of them',
    });
  }
  if (uses === undefined && run === undefined) {
    context.report({
      path: base,
      at: 'key',
      code: 'missing-key',
      message: 'the step says neither what it uses nor what it runs',
      hint: 'add uses: <kind> or run: <command>',
    });
    return null;
  }
  if (uses === undefined) return 'run';
  return STEP_KINDS.find((kind) => kind === uses && kind !== 'run') ?? null;
}

function checkInputs(
  kind: StepKind | null,
  step: RawObject,
  base: DocumentPath,
  roots: RootTypes,
  context: CompileContext,
  uses: StepUse[],
): { readonly [key: string]: Template } {
  const given = step['with'];
  if (given !== undefined && !isRawObject(given)) return {};
  const path = [...base, 'with'];
  // The step of a trial is one of its own: its expressions read what is searched as well.
  const trial = kind === 'tune' ? trialStepOf(given) : null;
  const { step: _, ...others } = given ?? {};
  const open = trial === null ? (given ?? {}) : others;
  const checked = checkTemplate(open, path, roots, context.report);
  uses.push(...checked.uses);
  if (kind !== null) {
    const value = trial === null ? checked.value : { ...Object(checked.value), step: trial };
    const result = STEP_INPUT_SCHEMAS[kind].safeParse(value);
    const findings = findingsOf(result.error?.issues ?? [], value, path);
    for (const finding of findings) context.report(finding);
  }
  const { template } = checked;
  return isTemplateObject(template) ? template : {};
}

function isTemplateObject(template: Template): template is { readonly [key: string]: Template } {
  return typeof template === 'object' && template !== null && !Array.isArray(template);
}

function checkCommand(
  step: RawObject,
  base: DocumentPath,
  roots: RootTypes,
  context: CompileContext,
  uses: StepUse[],
): Command | null {
  const run = step['run'];
  // An empty list is told of with the other forms that are none.
  if (typeof run !== 'string' && (!Array.isArray(run) || run.length === 0)) return null;
  const path = [...base, 'run'];
  const checked = checkTemplate(run, path, roots, context.report);
  uses.push(...checked.uses);
  return buildCommand(run, checked.template, step['shell'] === true, path, context.report);
}

function checkConditions(
  kind: StepKind | null,
  step: RawObject,
  base: DocumentPath,
  roots: RootTypes,
  gateRoots: RootTypes,
  context: CompileContext,
  uses: StepUse[],
): void {
  if (kind !== 'evaluate' && kind !== null && step['gate'] !== undefined) {
    context.report({
      path: [...base, 'gate'],
      at: 'key',
      code: 'misplaced',
      message: `a gate belongs to an evaluate step, this one is ${kind}`,
      hint: 'move it there, or use if:',
    });
  }
  for (const key of ['if', 'gate'] as const) {
    const source = step[key];
    if (typeof source !== 'string') continue;
    const path = [...base, key];
    if (source.includes('${')) {
      context.report({
        path,
        at: 'value',
        code: 'bad-expression',
        message: `${key}: is an expression itself`,
        hint: 'write it bare, without the dollar sign and braces',
      });
      continue;
    }
    const type = checkSource(
      source,
      path,
      0,
      key === 'if' ? roots : gateRoots,
      context.report,
      uses,
    );
    if (type !== null && type !== 'boolean' && type !== 'any') {
      context.report({
        path,
        at: 'value',
        code: 'type-mismatch',
        message: `${key}: must be true or false, this is ${type}`,
        hint: 'compare it with something',
      });
    }
  }
}
