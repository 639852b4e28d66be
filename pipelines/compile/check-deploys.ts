import { type CompileContext, isRawObject, type RawObject } from './context.js';

/** `promote: uncompared` is for a pipeline that compares nothing: what else it says must agree. */
export function checkDeploys({ source, report }: CompileContext): void {
  const steps = isRawObject(source['steps']) ? source['steps'] : {};
  const against = comparisonOf(steps) ?? proofOf(source);
  if (against === null) return;
  for (const [id, step] of Object.entries(steps)) {
    if (!isRawObject(step) || step['uses'] !== 'deploy' || !isRawObject(step['with'])) continue;
    if (step['with']['promote'] !== 'uncompared') continue;
    report({
      path: ['steps', id, 'with', 'promote'],
      at: 'value',
      code: 'misplaced',
      message: `uncompared is for a pipeline that compares nothing, and ${against}`,
      hint: 'leave `promote` out: versions that pass the comparison are deployed',
    });
  }
}

function comparisonOf(steps: RawObject): string | null {
  const found = Object.entries(steps).find(
    ([, step]) => isRawObject(step) && step['uses'] === 'evaluate',
  );
  return found === undefined ? null : `step ${found[0]} compares its version with the champion`;
}

function proofOf({ monitor }: RawObject): string | null {
  const respond = isRawObject(monitor) ? monitor['respond'] : undefined;
  if (!isRawObject(respond) || respond['promote'] === undefined) return null;
  return 'monitor.respond.promote says how far a version has to be proven';
}
