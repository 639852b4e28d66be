import type { StepEnd } from './step-graph.js';

/**
 * Does items in their order, at most `width` at a time: as one ends the next begins.
 *
 * @param failFast - no further item begins once one has failed or was rejected
 * @param stop - called once then, to end those that are under way
 * @returns how each that was begun ended; every end of `execute` is a value
 */
export async function slide(
  indexes: readonly number[],
  width: number,
  failFast: boolean,
  execute: (index: number) => Promise<StepEnd>,
  stop: () => void,
): Promise<ReadonlyMap<number, StepEnd>> {
  const ends = new Map<number, StepEnd>();
  let next = 0;
  let stopped = false;
  const lane = async (): Promise<void> => {
    for (;;) {
      const index = indexes[next];
      if (stopped || index === undefined) return;
      next += 1;
      const end = await execute(index);
      ends.set(index, end);
      if (end.status === 'cancelled') stopped = true;
      if (!failFast || stopped || (end.status !== 'failed' && end.status !== 'rejected')) continue;
      stopped = true;
      stop();
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, indexes.length) }, lane));
  return ends;
}

/** How the items of a slice ended, and the first that went wrong, in item order. */
export interface ItemsTally {
  readonly completed: number;
  readonly failed: number;
  readonly rejected: number;
  readonly cancelled: number;
  /** Of the cancelled ones: nothing of them was asked of a worker. */
  readonly notBegun: number;
  readonly first: ItemTrouble | null;
}

export interface ItemTrouble {
  readonly index: number;
  readonly failureType: string | null;
  readonly detail: string;
}

/** @param asked - items that were to be done: those that never began count as cancelled */
export function tallyOf(asked: number, ends: ReadonlyMap<number, StepEnd>): ItemsTally {
  const notBegun = asked - ends.size;
  const count = { completed: 0, failed: 0, rejected: 0, cancelled: notBegun, notBegun };
  let first: ItemTrouble | null = null;
  for (const [index, end] of ends) {
    if (end.status === 'skipped') continue;
    count[end.status] += 1;
    if (end.status !== 'failed' && end.status !== 'rejected') continue;
    if (first !== null && first.index < index) continue;
    const failureType = end.status === 'failed' ? (end.failureType ?? 'Internal') : null;
    first = { index, failureType, detail: shortened(end.detail) };
  }
  return { ...count, first };
}

/** The tallies of slices as one. */
export function totalOf(tallies: readonly ItemsTally[]): ItemsTally {
  const sum = (name: Exclude<keyof ItemsTally, 'first'>) =>
    tallies.reduce((total, tally) => total + tally[name], 0);
  const firsts = tallies.flatMap(({ first }) => first ?? []);
  firsts.sort((a, b) => a.index - b.index);
  return {
    completed: sum('completed'),
    failed: sum('failed'),
    rejected: sum('rejected'),
    cancelled: sum('cancelled'),
    notBegun: sum('notBegun'),
    first: firsts[0] ?? null,
  };
}

/**
 * How many of `count` items went wrong, and what became of the others that did not complete.
 *
 * @example '1 of 7 items failed (3 cancelled, 3 not begun)'
 */
export function tallyWords(
  { failed, rejected, cancelled, notBegun }: ItemsTally,
  count: number,
): string {
  const trouble =
    failed > 0
      ? `${failed} of ${count} items failed`
      : `${rejected} of ${count} items were rejected`;
  const others = [
    [failed > 0 ? rejected : 0, 'rejected'],
    [cancelled - notBegun, 'cancelled'],
    [notBegun, 'not begun'],
  ] as const;
  const told = others.flatMap(([number, what]) => (number > 0 ? [`${number} ${what}`] : []));
  return told.length === 0 ? trouble : `${trouble} (${told.join(', ')})`;
}

const LONGEST_DETAIL = 1_000;

/** Thousands of items may fail with a page of text each. */
export function shortened(detail: string): string {
  return detail.length <= LONGEST_DETAIL ? detail : `${detail.slice(0, LONGEST_DETAIL - 1)}…`;
}
