import type { GuardSpec, RecentWindow } from '../../contracts/index.js';

/** A kind of trouble as windows are remembered by it; a team's own condition by its name. */
export type Sign = string;

export function signsOf({ kinds, conditions = [] }: RecentWindow): readonly Sign[] {
  return [...kinds.filter((kind) => kind !== 'condition'), ...conditions.map(signOfCondition)];
}

export function signOfCondition(name: string): Sign {
  return `condition/${name}`;
}

/** A trouble that was entered and not left yet. */
export interface Standing {
  readonly sign: Sign;
  /** Windows clear of it among the last `of`, before the present one. */
  readonly clear: number;
}

/**
 * Troubles that stand before the present window: entered once `breaches` was reached, left once
 * `count` of the last `of` windows were clear. Of a trouble that it does not show, a window with too
 * few rows says nothing.
 *
 * @param recent - of one version, oldest first
 * @returns none where the guards have no `exit`: each window is judged by itself then
 */
export function standing(recent: readonly RecentWindow[], guards: GuardSpec): readonly Standing[] {
  const { breaches, exit } = guards;
  if (exit === undefined) return [];
  const signs = new Set(recent.flatMap(signsOf));
  signs.delete('insufficient');
  return [...signs].flatMap((sign) => {
    const shows = recent
      .filter((window) => !window.kinds.includes('insufficient') || signsOf(window).includes(sign))
      .map((window) => signsOf(window).includes(sign));
    let enteredAt: number | null = null;
    const clearAmong = (last: number, end: number): number =>
      shows.slice(Math.max(enteredAt ?? 0, end - last + 1), end + 1).filter((shown) => !shown)
        .length;
    shows.forEach((shown, at) => {
      if (enteredAt === null) {
        const seen = shows.slice(Math.max(0, at - breaches.of + 1), at + 1).filter(Boolean).length;
        if (shown && seen >= breaches.count) enteredAt = at;
      } else if (!shown && clearAmong(exit.of, at) >= exit.count) enteredAt = null;
    });
    // The present window takes one place of the last `of`.
    const clear = clearAmong(exit.of - 1, shows.length - 1);
    return enteredAt === null ? [] : [{ sign, clear }];
  });
}
