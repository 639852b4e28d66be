import type { ScheduledStep } from '../contracts/index.js';
import type { StepEnd, StepEnds } from './step-graph.js';

type Unmet =
  | Extract<StepEnd, { readonly status: 'skipped' }>
  | { readonly status: 'cancelled'; readonly detail: string };

/**
 * What becomes of a step whose needs have all ended: `null` where it may run, else how it ends
 * without being run. A failure that the file goes on from (`continueOnError`) holds nothing up.
 *
 * @example joinOf({ ...step, needs: ['a'] }, new Map([['a', { status: 'skipped', detail: '' }]]));
 * // { status: 'skipped', detail: 'step a did not complete' }
 */
export function joinOf(step: Pick<ScheduledStep, 'needs' | 'runIf'>, ends: StepEnds): Unmet | null {
  const rule = step.runIf ?? 'allSucceeded';
  if (rule === 'always' || step.needs.length === 0) return null;
  const cancelled = firstOf(step, ends, ({ status }) => status === 'cancelled');
  if (cancelled !== null) return { status: 'cancelled', detail: `step ${cancelled} was cancelled` };
  switch (rule) {
    case 'allDone':
      return null;
    case 'noneFailed':
      return unless(firstOf(step, ends, isBroken), step, ends);
    case 'allSucceeded':
      return unless(
        firstOf(step, ends, (end) => !isSuccess(end)),
        step,
        ends,
      );
    case 'oneSucceeded': {
      const succeeded = firstOf(step, ends, ({ status }) => status === 'completed');
      if (succeeded !== null) return null;
      const detail = 'none of the steps that it needs completed';
      return skipped(detail, firstOf(step, ends, isBroken) !== null);
    }
  }
}

function isSuccess(end: StepEnd): boolean {
  return end.status === 'completed' || ('tolerated' in end && end.tolerated === true);
}

/** It failed, its gate said no, or it was skipped since one before it did. */
function isBroken(end: StepEnd): boolean {
  if (end.status === 'skipped') return end.blocked === true;
  return end.status !== 'completed' && !isSuccess(end);
}

/** The first need, in plan order, that ended so. */
function firstOf(
  { needs }: Pick<ScheduledStep, 'needs'>,
  ends: StepEnds,
  matches: (end: StepEnd) => boolean,
): string | null {
  for (const need of needs) {
    const end = ends.get(need);
    if (end !== undefined && matches(end)) return need;
  }
  return null;
}

function unless(
  blocker: string | null,
  step: Pick<ScheduledStep, 'needs'>,
  ends: StepEnds,
): Unmet | null {
  if (blocker === null) return null;
  const detail = `step ${blocker} did not complete`;
  return skipped(detail, firstOf(step, ends, isBroken) !== null);
}

function skipped(detail: string, blocked: boolean): Unmet {
  return { status: 'skipped', detail, ...(blocked && { blocked: true as const }) };
}
