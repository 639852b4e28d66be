import type {
  AliasRecord,
  CutOff,
  LogSpec,
  ModelSignature,
  Repair,
  TrafficRoute,
} from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import { newRequestUuid } from '../predictions/prediction-id.js';
import type { RegistryReader } from '../registry/ports.js';
import { notLoaded, notServed, stillStarting } from './not-served.js';
import {
  type Answering,
  answeringVersion,
  closePlace,
  failedLoads,
  logSpecs,
  type Place,
  type RouteKey,
  settleArms,
  versionsOf,
} from './place.js';
import { pollPause } from './poll-pause.js';
import { RegistryContact } from './registry-contact.js';
import { requireFallbackFits } from './repairs/fallback-fits.js';
import { followFallback } from './repairs/follow-fallback.js';
import type { Imputation } from './repairs/imputation.js';
import { StandingRepairs } from './repairs/standing-repairs.js';
import { Arms } from './routing/arms.js';
import type { ServedVersion } from './served-version.js';
import type { LoadVersion } from './version-loader.js';
import { VersionSlot } from './version-slot.js';

export interface ChampionsOptions {
  readonly registry: Pick<RegistryReader, 'champions' | 'repairs' | 'routes' | 'version'>;
  readonly load: LoadVersion;
  readonly logger: Logger;
  /** How often the registry is asked. */
  readonly pollIntervalMs: number;
  /** Called after each change of what is served. */
  readonly onChange: () => void;
}

export type { Answering, RouteKey } from './place.js';

/**
 * Follows the champion aliases of the registry, the routes of rollouts and the repairs that hold.
 * Each champion is loaded beside the one that serves, then takes its place at once; the arms of a
 * route answer once all are loaded; a fallback is loaded beside the champion and answers before all
 * others until its repair is lifted. What cannot be read or loaded leaves what served before serving.
 */
export class Champions {
  readonly #options: ChampionsOptions;
  readonly #places = new Map<string, Place>();
  readonly #repairs: StandingRepairs;
  readonly #registry: RegistryContact;
  #timer: NodeJS.Timeout | null = null;
  #polling: Promise<void> | null = null;
  #stopped = false;
  #wasReady = false;
  #generation = 0;

  constructor(options: ChampionsOptions) {
    this.#options = options;
    this.#repairs = new StandingRepairs(options.logger);
    this.#registry = new RegistryContact(options.logger);
  }

  start(): void {
    this.#polling = this.#poll();
  }

  /** Stops following and gives up every version; those in use are released when they are done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#polling;
    for (const place of this.#places.values()) closePlace(place);
    this.#places.clear();
  }

  /** Counts the changes of what is served. */
  get generation(): number {
    return this.#generation;
  }

  /** When the registry last could not be read, after it had been; `null`: never. */
  cutOff(): CutOff | null {
    return this.#registry.cutOff;
  }

  /** The champions that are held ready, by model, whether they answer or a fallback does. */
  servedVersions(): { readonly [model: string]: number } {
    return versionsOf(this.#places, ({ champion }) => champion);
  }

  /** Versions that answer in place of the champion, by model. */
  fallbacks(): { readonly [model: string]: number } {
    return versionsOf(this.#places, ({ fallback }) => fallback);
  }

  /** Numbers of the routes that are applied, by model. */
  routes(): { readonly [model: string]: number } {
    const numbers: Record<string, number> = {};
    for (const [model, { arms }] of this.#places) {
      if (arms.applied !== null) numbers[model] = arms.applied.number;
    }
    return numbers;
  }

  /** What could not be loaded, by model. */
  failures() {
    return failedLoads(this.#places);
  }

  /** How requests for this model are shared out; `null`: the champion answers all. */
  route(model: string): TrafficRoute | null {
    return this.#places.get(model)?.arms.applied ?? null;
  }

  /** The versions that are given a copy of each request, acquired: the caller calls `done()`. */
  acquireShadows(model: string): readonly ServedVersion[] {
    return this.#places.get(model)?.arms.acquireShadows() ?? [];
  }

  /** What the prediction log keeps of each model, as its champion's pipeline said. */
  logSpecs(): { readonly [model: string]: LogSpec } {
    return logSpecs(this.#places);
  }

  /** Whether the model has a champion, loaded or not. */
  isKnown(model: string): boolean {
    return this.#places.has(model);
  }

  /** Models that have a champion, loaded or not. */
  models(): readonly string[] {
    return [...this.#places.keys()];
  }

  /** What the version that answers for this model takes and gives; `null` when none does. */
  signature(model: string): ModelSignature | null {
    const place = this.#places.get(model);
    return (place?.champion.serving ?? place?.fallback?.serving)?.requestSignature ?? null;
  }

  /** What fills in missing inputs of this model now. */
  imputation(model: string): Imputation {
    return this.#repairs.imputation(model);
  }

  /**
   * True when the aliases were read and every model has a version that answers. A gateway that starts
   * also waits for the fallbacks that hold, so that no champion answers in their place meanwhile.
   */
  isReady(): boolean {
    const places = [...this.#places.values()];
    const answers =
      this.#registry.isKnown && places.every((place) => answeringVersion(place) !== null);
    const settled = places.every(({ fallback }) => fallback === null || fallback.isSettled);
    this.#wasReady ||= answers && settled;
    return answers && this.#wasReady;
  }

  /**
   * The version that answers a request for this model, acquired: the caller calls `done()`.
   *
   * @param routeKey - asked only while a rollout shares requests out
   * @throws MillraceError `NotFound` for a model without a champion, `ServiceUnavailable` while it loads
   */
  acquire(model: string, routeKey: RouteKey): Answering {
    const place = this.#places.get(model);
    if (place === undefined) {
      if (!this.#registry.isKnown) throw this.#registry.unreadable ?? stillStarting();
      throw notServed(model, Object.keys(this.servedVersions()));
    }
    const { champion, fallback, arms } = place;
    if (fallback?.serving?.acquire() === true) {
      return { served: fallback.serving, fallbackFor: champion.wanted, route: null };
    }
    if (arms.applied !== null) {
      const served = arms.acquire(routeKey(arms.applied) ?? newRequestUuid());
      if (served !== null) return { served, fallbackFor: null, route: arms.applied.number };
    }
    if (champion.serving?.acquire() === true) {
      return { served: champion.serving, fallbackFor: null, route: null };
    }
    throw notLoaded(model, champion.wanted, champion.failure);
  }

  /** This version, acquired, where it is held as the champion, its fallback or an arm. */
  acquireVersion(model: string, version: number): ServedVersion | null {
    const place = this.#places.get(model);
    for (const served of [place?.champion.serving, place?.fallback?.serving]) {
      if (served?.version === version && served.acquire()) return served;
    }
    return place?.arms.acquireVersion(version) ?? null;
  }

  async #poll(): Promise<void> {
    const { registry, pollIntervalMs } = this.#options;
    const begunMs = performance.now();
    try {
      // Routes first: a promotion moves alias and route at once, and must not be seen as a route
      // that is gone with the champion before it.
      const routes = await registry.routes();
      const [aliases, repairs] = await Promise.all([registry.champions(), registry.repairs()]);
      this.#apply(aliases, repairs, routes);
      if (this.#registry.wasRead()) this.#options.onChange();
    } catch (error) {
      this.#registry.wasNotRead(error);
    }
    if (this.#stopped) return;
    const pauseMs = pollPause(pollIntervalMs, performance.now() - begunMs);
    this.#timer = setTimeout(() => {
      this.#polling = this.#poll();
    }, pauseMs);
  }

  #apply(
    aliases: readonly AliasRecord[],
    repairs: readonly Repair[],
    routes: readonly TrafficRoute[],
  ): void {
    if (this.#stopped) return;
    this.#repairs.apply(repairs);
    const routeOf = new Map(routes.map((route) => [route.model, route]));
    const named = new Set(aliases.map(({ model }) => model));
    for (const model of this.#places.keys()) if (!named.has(model)) this.#drop(model);
    for (const { model, version } of aliases) {
      let place = this.#places.get(model);
      if (place === undefined) {
        place = {
          champion: this.#slot(model, 'champion'),
          fallback: null,
          arms: this.#armsOf(model),
        };
        this.#places.set(model, place);
      }
      place.champion.want(version);
      place.arms.want(routeOf.get(model) ?? null);
      settleArms(place);
      this.#followFallback(model, place);
    }
  }

  #followFallback(model: string, place: Place): void {
    const wanted = this.#repairs.fallback(model);
    const accept = (loaded: ServedVersion): void => {
      const champion = place.champion.serving;
      if (champion !== null) requireFallbackFits(champion.signature, loaded.signature);
    };
    if (followFallback(place, wanted, () => this.#slot(model, 'fallback', accept))) this.#changed();
  }

  #slot(
    model: string,
    role: 'champion' | 'fallback' | 'arm' | 'shadow',
    accept?: (loaded: ServedVersion) => void,
  ): VersionSlot {
    const { registry, load, logger } = this.#options;
    const onChange = (): void => {
      const place = this.#places.get(model);
      if (place !== undefined) settleArms(place);
      this.#changed();
    };
    return new VersionSlot({
      model,
      role,
      registry,
      load,
      logger,
      onChange,
      ...(accept && { accept }),
    });
  }

  #armsOf(model: string): Arms {
    return new Arms({
      slot: (role) => this.#slot(model, role),
      onChange: () => this.#changed(),
      onUnusable: (route) =>
        this.#options.logger.error({ model, route }, 'a route whose arms do not sum to 100 %'),
    });
  }

  #drop(model: string): void {
    const place = this.#places.get(model);
    this.#places.delete(model);
    if (place !== undefined) closePlace(place);
    this.#options.logger.info({ model }, 'no champion any more: model unloaded');
    this.#changed();
  }

  #changed(): void {
    this.#generation += 1;
    this.#options.onChange();
  }
}
