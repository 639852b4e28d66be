import type { PlanStep, StepKind } from '../../contracts/index.js';
import type { DocumentPath, Finding } from '../issue.js';
import { entriesOf, isRawObject, type RawObject } from './context.js';
import { checkDeclarations } from './params.js';

/** Keys of a step that mean nothing where people decide. */
const NOT_OF_PEOPLE: Readonly<Record<string, string>> = {
  retry: 'people are asked once',
  queue: 'no worker waits meanwhile',
  priority: 'no worker waits meanwhile',
  matrix: 'one question is one step',
  forEach: 'one question is one step',
  resources: 'no process runs meanwhile',
  continueOnError: 'a step that needs it can say runIf: allDone',
};

/** Checks what an `approve` step says besides its inputs, and that no other step says it. */
export function checkApproval(
  kind: StepKind | null,
  step: RawObject,
  base: DocumentPath,
  report: (finding: Finding) => void,
): void {
  if (kind !== 'approve') {
    if (kind !== null && step['onTimeout'] !== undefined) {
      report({
        path: [...base, 'onTimeout'],
        at: 'key',
        code: 'misplaced',
        message: `onTimeout belongs to an approve step, this one is ${kind}`,
        hint: 'remove it: a step that takes too long fails',
      });
    }
    return;
  }
  for (const [key, why] of Object.entries(NOT_OF_PEOPLE)) {
    if (step[key] === undefined) continue;
    report({
      path: [...base, key],
      at: 'key',
      code: 'misplaced',
      message: `${key} does not go with approve: ${why}`,
      hint: 'remove it',
    });
  }
  const inputs = step['with'];
  const form = isRawObject(inputs) ? inputs['form'] : undefined;
  checkDeclarations(form, report, { base: [...base, 'with', 'form'], noun: 'field' });
  checkDeadline(step, form, base, report);
}

function checkDeadline(
  step: RawObject,
  form: unknown,
  base: DocumentPath,
  report: (finding: Finding) => void,
): void {
  const { onTimeout, timeout } = step;
  if (onTimeout === undefined) return;
  if (timeout === undefined) {
    report({
      path: [...base, 'onTimeout'],
      at: 'key',
      code: 'misplaced',
      message: 'onTimeout without a timeout: the question waits without limit',
      hint: 'add timeout: 3d',
    });
  }
  if (onTimeout !== 'approve') return;
  for (const [field, spec] of entriesOf(form)) {
    if (!isRawObject(spec) || spec['default'] !== undefined) continue;
    report({
      path: [...base, 'with', 'form', field],
      at: 'key',
      code: 'missing-key',
      message: `nobody fills in ${field} when the deadline approves`,
      hint: 'give it a default',
    });
  }
}

/** A question whose answer holds nothing back is hardly meant. */
export function approvalWarnings(steps: readonly PlanStep[]): readonly string[] {
  const needed = new Set(steps.flatMap(({ needs }) => needs));
  return steps
    .filter(({ id, kind }) => kind === 'approve' && !needed.has(id))
    .map(
      ({ id }) =>
        `no step needs ${id}: the run asks, but nothing waits for the answer; add needs: [${id}] to what is to wait`,
    );
}
