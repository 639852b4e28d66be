import type { FailedLoad, LogSpec, TrafficRoute } from '../../contracts/index.js';
import type { Arms } from './routing/arms.js';
import type { ServedVersion } from './served-version.js';
import type { VersionSlot } from './version-slot.js';

/** What is held ready for one model. */
export interface Place {
  readonly champion: VersionSlot;
  /** Held beside the champion while a repair has it answer instead. */
  fallback: VersionSlot | null;
  /** Answer while a rollout shares the requests out. */
  readonly arms: Arms;
}

export function closePlace({ champion, fallback, arms }: Place): void {
  arms.close();
  champion.close();
  fallback?.close();
}

/** A route is taken away once the champion that the registry names takes over. */
export function settleArms({ champion, arms }: Place): void {
  arms.settle(champion.serving?.version === champion.wanted);
}

export function answeringVersion({ champion, fallback }: Place): ServedVersion | null {
  return fallback?.serving ?? champion.serving;
}

/** A version that answers, and why it is this one. */
export interface Answering {
  readonly served: ServedVersion;
  /** The champion that it stands in for where it is a fallback. */
  readonly fallbackFor: number | null;
  /** Number of the route by which it answers; `null` where no rollout shares requests out. */
  readonly route: number | null;
}

/** What keeps a request on its arm; `null`: nothing does. */
export type RouteKey = (route: TrafficRoute) => string | null;

/** The versions that are in these slots, by model. */
export function versionsOf(
  places: ReadonlyMap<string, Place>,
  slotOf: (place: Place) => VersionSlot | null,
): { readonly [model: string]: number } {
  const versions: Record<string, number> = {};
  for (const [model, place] of places) {
    const serving = slotOf(place)?.serving;
    if (serving) versions[model] = serving.version;
  }
  return versions;
}

/** What should be held and could not be loaded, by model. */
export function failedLoads(places: ReadonlyMap<string, Place>): {
  readonly [model: string]: readonly FailedLoad[];
} {
  const failed: Record<string, readonly FailedLoad[]> = {};
  for (const [model, { champion, arms }] of places) {
    const found = [champion.failedLoad, ...arms.failedLoads].filter((load) => load !== null);
    if (found.length > 0) failed[model] = found;
  }
  return failed;
}

export function logSpecs(places: ReadonlyMap<string, Place>): {
  readonly [model: string]: LogSpec;
} {
  const specs: Record<string, LogSpec> = {};
  for (const [model, { champion }] of places) {
    if (champion.serving !== null) specs[model] = champion.serving.policy.spec;
  }
  return specs;
}
