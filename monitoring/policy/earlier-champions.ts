import type { ChampionRef } from '../../contracts/index.js';
import { EARLIER_CHAMPIONS_KEPT } from './state.js';

/** What there is to roll back to once `next` has followed `champion`, newest first. */
export function succeed(
  champion: ChampionRef | null,
  earlier: readonly ChampionRef[],
  next: number,
): readonly ChampionRef[] {
  return [...(champion === null ? [] : [champion]), ...earlier]
    .filter((item) => item.version !== next)
    .slice(0, EARLIER_CHAMPIONS_KEPT);
}

/** What stays to roll back to after returning to `version`: what was champion before it. */
export function returnTo(earlier: readonly ChampionRef[], version: number): readonly ChampionRef[] {
  const index = earlier.findIndex((item) => item.version === version);
  return index < 0 ? earlier : earlier.slice(index + 1);
}
