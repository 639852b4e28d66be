import { itemStepId, type StepReuse } from '../../contracts/index.js';
import type { ItemDocument } from './document.js';

/**
 * How many items of a fanned-out step were reused, and why the first that was done was not.
 *
 * @returns `null` while no item has told
 * @example itemsReuse('train', items); // {status: 'miss', reason: '4 of 5 items reused; train[2]: …'}
 */
export function itemsReuse(stepId: string, items: readonly ItemDocument[]): StepReuse | null {
  const told = items.flatMap(({ index, reuse }) => (reuse === undefined ? [] : { index, reuse }));
  if (told.length === 0) return null;
  const done = told.find(({ reuse }) => reuse.status !== 'hit');
  const reused = told.filter(({ reuse }) => reuse.status === 'hit').length;
  const share = `${reused} of ${told.length} ${told.length === 1 ? 'item' : 'items'} reused`;
  if (done === undefined) return { status: 'hit', reason: share };
  const { index, reuse } = done;
  const why = `${share}; ${itemStepId(stepId, index)}: ${reuse.reason}`;
  return { status: reuse.status, reason: why };
}
