import { type PlanStep, RUN_HOOKS, type RunHooks, type StepKind } from '../../contracts/index.js';
import type { RootTypes } from '../expressions/index.js';
import type { PipelineSource } from '../schema/file-schema.js';
import { type CompileContext, isRawObject } from './context.js';
import { buildStep } from './plan-steps.js';
import { METRIC_TYPES } from './step-types.js';
import { checkStep, type StepDraft } from './steps.js';

type Hook = (typeof RUN_HOOKS)[number];

/** What the default name of a list's steps begins with. */
const PREFIX: { readonly [When in Hook]: string } = {
  onSuccess: 'on-success',
  onFailure: 'on-failure',
  finally: 'finally',
};

/** Waits for the model, for people or for another run: what ends a run does not. */
const NEVER_AFTER: readonly StepKind[] = ['deploy', 'approve', 'pipeline', 'tune'];

export type CheckedHooks = { readonly [When in Hook]: readonly StepDraft[] };

/**
 * Checks the steps that follow the end of a run. They may read every step, with `has(…)` for what
 * may not have completed, and how the run ended.
 */
export function checkHooks(context: CompileContext): CheckedHooks {
  const roots: RootTypes = {
    params: context.params,
    steps: context.steps,
    run: {
      fields: {
        id: 'string',
        asOf: 'timestamp',
        status: 'string',
        detail: 'any',
        failedStep: 'any',
      },
    },
  };
  const surroundings = { roots, gateRoots: { metrics: METRIC_TYPES }, context };
  const taken = new Set(Object.keys(context.steps.fields));
  const lists = RUN_HOOKS.map((when) => {
    const list = context.source[when];
    if (!Array.isArray(list)) return [when, []] as const;
    const drafts = list.flatMap((step, index) => {
      if (!isRawObject(step)) return [];
      const { name } = step;
      const id = typeof name === 'string' ? name : `${PREFIX[when]}-${index + 1}`;
      const base = [when, index];
      if (taken.has(id)) {
        const message = `there is a step ${id} already`;
        const path = name === undefined ? base : [...base, 'name'];
        context.report({ path, at: 'value', code: 'bad-name', message, hint: 'give it a name' });
      }
      taken.add(id);
      const draft = checkStep(id, step, base, surroundings);
      if (NEVER_AFTER.includes(draft.kind)) {
        context.report({
          path: [...base, 'uses'],
          at: 'value',
          code: 'misplaced',
          message: `${draft.kind} cannot follow the end of a run`,
          hint: 'make it a step',
        });
      }
      return [draft];
    });
    return [when, drafts] as const;
  });
  return Object.fromEntries(lists) as unknown as CheckedHooks;
}

export function buildHooks(drafts: CheckedHooks, source: PipelineSource): RunHooks {
  const order = Object.keys(source.steps);
  const lists = RUN_HOOKS.flatMap((when) => {
    const steps = (source[when] ?? []).flatMap((step, index): readonly PlanStep[] => {
      const draft = drafts[when][index];
      if (draft === undefined) return [];
      const read = new Set(draft.uses.map((use) => use.step));
      const needs = order.filter((id) => read.has(id));
      // What they do (tell, tidy up) is of this run: a result of an earlier one does not stand for it.
      return [{ ...buildStep(draft, step, needs, source), cache: false }];
    });
    return steps.length === 0 ? [] : [[when, steps] as const];
  });
  return Object.fromEntries(lists);
}
