import {
  armOf,
  type FailedLoad,
  isWholeRoute,
  type TrafficRoute,
} from '../../../contracts/index.js';
import type { ServedVersion } from '../served-version.js';
import type { VersionSlot } from '../version-slot.js';

export interface ArmsOptions {
  /** An empty place for a version of the model. */
  readonly slot: (role: 'arm' | 'shadow') => VersionSlot;
  /** Another route is applied, or none any more. */
  readonly onChange: () => void;
  /** Told of a route that must not be applied. */
  readonly onUnusable: (route: TrafficRoute) => void;
}

/**
 * How long the versions of a route are held ready after its end: a blue/green rollout ends its route
 * with the promotion, and a moment later asks for the version before again.
 */
const HELD_AFTER_MS = 3_000;

/**
 * The versions among which one model's requests are shared out. A route is applied as a whole, once
 * each of its versions is loaded; until then the one before stays, so that the shares of what
 * answers sum to 100 at every moment.
 */
export class Arms {
  readonly #options: ArmsOptions;
  readonly #slots = new Map<number, VersionSlot>();
  #wanted: TrafficRoute | null = null;
  #applied: TrafficRoute | null = null;
  /** When the champion last took over from a route. */
  #endedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ArmsOptions) {
    this.#options = options;
  }

  /** The route by which requests are shared out; `null`: the champion answers all. */
  get applied(): TrafficRoute | null {
    return this.#applied;
  }

  /** Versions of the route that could not be loaded. */
  get failedLoads(): readonly FailedLoad[] {
    return [...this.#slots.values()].flatMap(({ failedLoad }) => failedLoad ?? []);
  }

  /** Follows what the registry says; called with each reading. */
  want(route: TrafficRoute | null): void {
    if (route !== null && !isWholeRoute(route)) {
      if (route.number !== this.#wanted?.number) this.#options.onUnusable(route);
      return;
    }
    this.#wanted = route;
    for (const [version, role] of route === null ? [] : versionsOf(route)) {
      let slot = this.#slots.get(version);
      if (slot === undefined) {
        slot = this.#options.slot(role);
        this.#slots.set(version, slot);
      }
      slot.want(version);
    }
  }

  /**
   * Applies what is wanted, if it can be.
   *
   * @param championIsReady - the champion that takes over where the route was taken away
   */
  settle(championIsReady: boolean): void {
    const wanted = this.#wanted;
    const isApplied = wanted?.number === this.#applied?.number;
    const ready =
      wanted === null
        ? championIsReady
        : versionsOf(wanted).every(([version]) => this.#slots.get(version)?.serving != null);
    const applies = ready && !isApplied;
    if (applies) {
      this.#applied = wanted;
      if (wanted === null) this.#endedAtMs = performance.now();
    }
    this.#closeOthers();
    if (applies) this.#options.onChange();
  }

  /** A route may be taken away before it was applied: its versions are no longer wanted either. */
  #closeOthers(): void {
    if (this.#slots.size === 0) return;
    if (this.#wanted === null && performance.now() - this.#endedAtMs < HELD_AFTER_MS) return;
    const routes = [this.#wanted, this.#applied].filter((route) => route !== null);
    const kept = new Set(routes.flatMap(versionsOf).map(([version]) => version));
    for (const [version, slot] of this.#slots) {
      if (kept.has(version)) continue;
      this.#slots.delete(version);
      slot.close();
    }
  }

  /** The version that a key is assigned to, acquired; `null` where no route is applied. */
  acquire(key: string): ServedVersion | null {
    if (this.#applied === null) return null;
    const serving = this.#slots.get(armOf(this.#applied, key).version)?.serving;
    return serving?.acquire() === true ? serving : null;
  }

  /** This version, acquired, where it is held as an arm. */
  acquireVersion(version: number): ServedVersion | null {
    const serving = this.#slots.get(version)?.serving;
    return serving?.acquire() === true ? serving : null;
  }

  /** The versions that are given a copy of each request, acquired. */
  acquireShadows(): readonly ServedVersion[] {
    const shadows = this.#applied?.shadows ?? [];
    return shadows.flatMap((version) => this.acquireVersion(version) ?? []);
  }

  close(): void {
    for (const slot of this.#slots.values()) slot.close();
    this.#slots.clear();
    this.#wanted = null;
    this.#applied = null;
  }
}

function versionsOf({
  arms,
  shadows,
}: TrafficRoute): readonly (readonly [version: number, role: 'arm' | 'shadow'])[] {
  return [
    ...arms.map(({ version }) => [version, 'arm'] as const),
    ...shadows.map((version) => [version, 'shadow'] as const),
  ];
}
