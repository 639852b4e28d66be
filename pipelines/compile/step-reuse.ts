import {
  type CachePolicy,
  EFFECT_STEP_KINDS,
  type PlanStep,
  parseDurationMs,
  type StepKind,
  type Template,
} from '../../contracts/index.js';
import type { RootTypes } from '../expressions/index.js';
import type { DocumentPath } from '../issue.js';
import type { CacheSource } from '../schema/cache-schema.js';
import { type CompileContext, isRawObject, type RawObject } from './context.js';
import { checkTemplate, type StepUse } from './expressions.js';

/** Kinds whose result is never found again, so that nothing can be said of how. */
const NEVER_FOUND: readonly StepKind[] = EFFECT_STEP_KINDS;

/**
 * Checks what a step says of how its result is found again: `cache`, `code` and `env`.
 *
 * @param uses - the steps that `env` reads are added
 * @returns `env` with its expressions still open; `null` where there is none
 */
export function checkReuse(
  kind: StepKind | null,
  step: RawObject,
  base: DocumentPath,
  roots: RootTypes,
  context: CompileContext,
  uses: StepUse[],
): PlanStep['env'] | null {
  if (kind !== null && NEVER_FOUND.includes(kind) && isRawObject(step['cache'])) {
    context.report({
      path: [...base, 'cache'],
      at: 'key',
      code: 'misplaced',
      message: `${kind} changes something outside the run: its result is never found again`,
      hint: 'remove it',
    });
  }
  if (scopeOf(step['cache']) === 'shared' && ('matrix' in step || 'forEach' in step)) {
    context.report({
      path: [...base, 'cache', 'scope'],
      at: 'value',
      code: 'misplaced',
      message: 'scope: shared is of a step that is done once, not of one for each item',
      hint: 'remove it: an item is found again by its content all the same',
    });
  }
  for (const key of ['code', 'env'] as const) {
    if (kind === 'run' || kind === null || step[key] === undefined) continue;
    context.report({
      path: [...base, key],
      at: 'key',
      code: 'misplaced',
      message: `${key}: belongs to a run: step, this one is ${kind}`,
      hint: 'remove it',
    });
  }
  const env = step['env'];
  if (!isRawObject(env)) return null;
  const checked = checkTemplate(env, [...base, 'env'], roots, context.report);
  uses.push(...checked.uses);
  return checked.template as { readonly [name: string]: Template };
}

function scopeOf(cache: unknown): unknown {
  return isRawObject(cache) ? cache['scope'] : undefined;
}

/** The keys of a plan's step that say how its result is found again; none where the file has none. */
export function reuseOf(
  step: { readonly cache?: CacheSource | undefined; readonly code?: string | string[] | undefined },
  env: PlanStep['env'] | null,
): Pick<PlanStep, 'cache' | 'code' | 'env'> {
  return {
    ...(step.cache !== undefined && { cache: policyOf(step.cache) }),
    ...(step.code !== undefined && { code: [step.code].flat() }),
    ...(env !== null && env !== undefined && { env }),
  };
}

function policyOf(source: CacheSource): CachePolicy {
  if (source === false) return false;
  const { ttl, salt, scope } = source;
  return {
    ...(ttl !== undefined && { ttlMs: parseDurationMs(ttl) ?? 0 }),
    ...(salt !== undefined && { salt: String(salt) }),
    ...(scope !== undefined && { scope }),
  };
}
