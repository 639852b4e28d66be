import type { RootCause } from '../../../contracts/index.js';

const CAUSES_KEPT = 10;

/**
 * Candidates of the newest window before those that only earlier windows showed. One that both show
 * keeps the earliest moment and the newest numbers.
 */
export function mergeCauses(
  earlier: readonly RootCause[],
  newest: readonly RootCause[],
): readonly RootCause[] {
  const before = new Map(earlier.map((cause) => [nameOf(cause), cause]));
  const merged = newest.map((cause) => {
    const known = before.get(nameOf(cause));
    before.delete(nameOf(cause));
    return { ...cause, since: earliest(cause.since, known?.since ?? null) };
  });
  return [...merged, ...before.values()].slice(0, CAUSES_KEPT);
}

/** What makes two candidates the same, in one incident and across several. */
export function nameOf({ what, name }: Pick<RootCause, 'what' | 'name'>): string {
  return `${what} ${name}`;
}

function earliest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return Date.parse(a) <= Date.parse(b) ? a : b;
}
