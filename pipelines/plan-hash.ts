import { createHash } from 'node:crypto';
import { canonicalJson, type PipelinePlan } from '../contracts/index.js';

/**
 * Hash of what a pipeline does. The order of keys, and with it of steps that do not need each other,
 * does not count; nor do comments, where the file lies, the name of the environment, and the values
 * that a run is given. Declared defaults do count: they are part of the declaration.
 *
 * @returns SHA-256 in hex
 */
export function planHash(plan: PipelinePlan): string {
  const steps = plan.steps.map(({ sqlLine: _, ...step }) => [
    step.id,
    { ...step, needs: [...step.needs].sort(), reads: [...step.reads].sort() },
  ]);
  const { environment: _, ...content } = plan;
  const canonical = canonicalJson({ ...content, steps: Object.fromEntries(steps) });
  return createHash('sha256').update(canonical).digest('hex');
}
