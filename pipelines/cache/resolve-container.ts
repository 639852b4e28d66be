import {
  type DockerContainer,
  isPinnedImage,
  type PlanStep,
  type StepContainer,
} from '../../contracts/index.js';
import { type ExpressionScope, resolveTemplate } from '../expressions/index.js';

/** The container of a `run` step with its image resolved; `null` where it runs in none. */
export function resolveContainer(
  step: Pick<PlanStep, 'runner'>,
  scope: ExpressionScope,
): StepContainer | null {
  const { runner } = step;
  if (runner === undefined) return null;
  return { ...runner, image: String(resolveTemplate(runner.image, scope)) };
}

/**
 * Whether a part of the step's key is what its image is by now: a tag may come to mean another one. Of
 * a cluster nobody is asked, for its nodes may each hold another.
 */
export function asksDigest(container: StepContainer | null): container is DockerContainer {
  return container?.kind === 'docker' && !isPinnedImage(container.image);
}
